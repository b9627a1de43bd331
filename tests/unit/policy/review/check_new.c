/* SPDX-License-Identifier: MIT */
/* What a version before accepted and this one does not: refused where it stands, and compiled all the same. */
#include "unit/policy/certificates.h"
#include "unit/policy/hostile.h"
#include "unit/policy/language/login_given.h"

TestSuite(policy_check_new, .timeout = 60);

static const char *check_new(const char *rest, enum language l) {
        static struct err err;
        struct policy *p = given(rest);
        int r = policy_check_new(p, &err);

        policy_free(p);
        return r < 0 ? err_text(&err, l) : "";
}

Test(policy_check_new, two_codes_together_are_refused_where_they_stand) {
        static const struct hostile rows[] = {
                { REQUIRE("password+totp+recovery"), 4, 31,
                  "two alternatives, 'password+totp' and 'password+recovery'" },
                { REQUIRE("recovery+totp+password"), 4, 31, "'password+totp+recovery' asks for" },
                { REQUIRE("card+pin+recovery+totp"), 4, 31, "'card+pin+totp' and 'card+pin+recovery'" },
                { REQUIRE("card+pin, password+totp+recovery"), 4, 41, "a sheet has ten: " },
                { LOGIN("  rules:\n  - {name: a, require: [password+totp]}\n"
                        "  - {name: b, require: [password+totp+recovery]}\n"),
                  5, 25, "'password+totp+recovery'" },
        };

        for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
                const char *why = check_new(rows[i].text, LANGUAGE_EN);

                EXPECT_REFUSED(rows[i], HEAD_LINES, why);
        }
        cr_expect_not_null(
                strstr(check_new(rows[0].text, LANGUAGE_JA), "「password+totp」と「password+recovery」の二つに"));
}

Test(policy_check_new, everything_else_that_compiles_is_fine) {
        cr_expect_str_eq(check_new("devices: []\n", LANGUAGE_EN), "");
        cr_expect_str_eq(check_new(REQUIRE("password+totp, password+recovery, card+pin+totp, card+pin+recovery, "
                                           "password+card+totp"),
                                   LANGUAGE_EN),
                         "");
}

#define MAPPED(rest) LOGIN("  card: {module: /x, authorities: [" AUTHORITY "], map: " rest "}\n" RULES)

/* An authority signs for more than one town. */
Test(policy_check_new, an_address_is_of_a_domain) {
        static const struct hostile rows[] = {
                { MAPPED("upn"), 3, 3, "need domain:" },
                { MAPPED("email"), 3, 3, "need domain:" },
        };

        for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
                EXPECT_REFUSED(rows[i], HEAD_LINES, check_new(rows[i].text, LANGUAGE_EN));
        cr_expect_str_eq(check_new(MAPPED("cn"), LANGUAGE_EN), "");
        cr_expect_str_eq(check_new(MAPPED("upn, domain: city.example"), LANGUAGE_EN), "");
        cr_expect_str_eq(check_new(MAPPED("email, domain: city.example"), LANGUAGE_EN), "");
}
