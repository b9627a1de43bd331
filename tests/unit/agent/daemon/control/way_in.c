/* SPDX-License-Identifier: MIT */
/* way_in.c — what is enrolled here against what a policy asks, at the services that are on this terminal. */
#include "control/way_in.h"

#include "control/people.h"
#include "decision/login.h"
#include "unit/agent/daemon/control/people_given.h"

#include <criterion/criterion.h>
#include <stdio.h>

#define TOTP FACTOR_BIT(FACTOR_TOTP)
#define CARD FACTOR_BIT(FACTOR_CARD)
#define RECOVERY FACTOR_BIT(FACTOR_RECOVERY)

TestSuite(way_in, .init = given_a_terminal, .fini = drop_terminal, .timeout = 60);

Test(way_in, what_is_enrolled_and_can_be_used_counts) {
        const struct subject without = { .state = subject.state };

        cr_expect_eq(way_in_enrolled(&subject, "hanako"), 0);
        cr_assert_eq(ask(people_enrol, ENROL("hanako", RFC), NULL), CONTROL_OK, "%s", reason);
        cr_expect_eq(way_in_enrolled(&subject, "hanako"), TOTP);
        cr_assert_eq(ask(people_enrol, "{'user': 'hanako', 'factor': 'recovery'}", NULL), CONTROL_OK, "%s", reason);
        cr_expect_eq(way_in_enrolled(&subject, "hanako"), TOTP | RECOVERY);
        cr_expect_eq(way_in_enrolled(&subject, "taro"), 0);
        cr_expect_eq(way_in_enrolled(&subject, "../hanako"), 0);
        cr_assert_eq(ask(people_forget, "{'user': 'hanako', 'what': 'totp'}", NULL), CONTROL_OK, "%s", reason);
        cr_expect_eq(way_in_enrolled(&subject, "hanako"), RECOVERY);
        cr_expect_eq(way_in_enrolled(&without, "hanako"), 0, "what cannot be opened is nothing");
}

static struct policy *given(const char *rest) {
        struct policy *p = NULL;
        struct err err = { "" };
        char text[2048];

        (void)snprintf(text, sizeof text,
                       "sekimori: 1\nserial: 7\ntitle: t\nissued: 2026-12-01T09:00:00+09:00\n"
                       "valid: {from: 2026-12-01, until: 2027-03-31}\nsigners: {threshold: 1, certificates: [PEM]}\n%s",
                       rest);
        cr_assert_eq(policy_compile(bytes_text(text), &p, &err), 0, "%s", err.text);
        return p;
}

#define LOGIN(rest) "devices: []\nlogin:\n" rest
#define CARDS "  card: {module: /usr/lib/opensc-pkcs11.so}\n"

Test(way_in, there_is_one_where_every_factor_of_an_alternative_is_there) {
        static const char *const groups[] = { "hanako", "sudo", NULL };
        static const struct person hanako = { "hanako", groups };
        static const struct {
                const char *login;
                uint32_t enrolled;
                bool there;
        } rows[] = {
                { LOGIN("  rules: [{name: a, require: [password+totp]}]\n"), TOTP, true },
                { LOGIN("  rules: [{name: a, require: [password+totp]}]\n"), RECOVERY, false },
                { LOGIN("  rules: [{name: a, require: [password+totp]}]\n"), 0, false },
                { LOGIN("  rules: [{name: a, require: [password+totp, password+recovery]}]\n"), RECOVERY, true },
                { LOGIN("  rules: [{name: a, require: [password+totp+recovery]}]\n"), TOTP, false },
                { LOGIN("  rules: [{name: a, require: [password+totp+recovery]}]\n"), TOTP | RECOVERY, true },
                { LOGIN(CARDS "  rules: [{name: a, require: [card+pin]}]\n"), CARD, true },
                { LOGIN(CARDS "  rules: [{name: a, require: [card+pin]}]\n"), TOTP | RECOVERY, false },
                { LOGIN(CARDS "  rules: [{name: a, require: [password+card]}]\n"), CARD, true },
                { LOGIN("  rules: [{name: a, users: ['group:sudo'], require: [password+totp]}]\n"), TOTP, true },
                { LOGIN("  rules: [{name: a, users: ['group:staff'], require: [password+totp]}]\n"), TOTP, false },
                { LOGIN("  rules: [{name: a, services: [login], require: [password+totp]}]\n"), TOTP, true },
                { LOGIN("  rules: [{name: a, services: [sudo, su], require: [password+totp]}]\n"), TOTP, false },
                { LOGIN("  rules: [{name: a, services: [lxdm], require: [password+totp]}]\n"), TOTP, false },
                { LOGIN("  rules: [{name: a, services: [lxdm], require: [password+recovery]}, "
                        "{name: b, require: [password+totp]}]\n"),
                  TOTP, true },
                { LOGIN("  rules: [{name: a, users: [hanako], require: [password+recovery]}, "
                        "{name: b, require: [password+totp]}]\n"),
                  TOTP, false },
                { "devices: []\n", RECOVERY, true },
                { "devices: []\n", TOTP | CARD, false },
        };

        for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
                auto_policy p = given(rows[i].login);

                cr_expect_eq(way_in_there(p, &hanako, rows[i].enrolled), rows[i].there, "%zu: %s", i, rows[i].login);
        }
        cr_expect(way_in_there(NULL, &hanako, RECOVERY) && !way_in_there(NULL, &hanako, TOTP), "sealed");
}

Test(way_in, a_card_that_is_found_by_its_name_is_enrolled_nowhere) {
        auto_policy without = given("devices: []\nlogin:\n" CARDS "  rules: [{name: a, require: [card+pin]}]\n");

        cr_expect_eq(way_in_factors(without, 0), FACTOR_BIT(FACTOR_PASSWORD));
        cr_expect_eq(way_in_factors(without, CARD), FACTOR_BIT(FACTOR_PASSWORD) | CARD | FACTOR_BIT(FACTOR_PIN));
        cr_expect_eq(way_in_factors(NULL, CARD | TOTP), FACTOR_BIT(FACTOR_PASSWORD) | TOTP, "no module reads it");
}
