/* SPDX-License-Identifier: MIT */
/* login_compile.c — the login section of a policy: refused where it is wrong, and kept as it is said. */
#include "decision/login.h"

#include "unit/policy/certificates.h"
#include "unit/policy/hostile.h"
#include "unit/policy/language/login_given.h"

TestSuite(login_compile, .timeout = 60);

/* The five factors, and what is said of each pair of them, written down by hand: "" is legal. */
Test(login_compile, every_pair_of_one_class_is_refused_by_name) {
        static const struct {
                const char *a, *b, *said;
        } pairs[] = {
                { "password", "pin", "knowledge alone" },
                { "totp", "card", "possession alone" },
                { "totp", "recovery", "possession alone" },
                { "card", "recovery", "possession alone" },
                { "password", "password", "one factor twice" },
                { "pin", "pin", "one factor twice" },
                { "totp", "totp", "one factor twice" },
                { "card", "card", "one factor twice" },
                { "recovery", "recovery", "one factor twice" },
                { "pin", "totp", "without a card" },
                { "pin", "recovery", "without a card" },
                { "password", "totp", "" },
                { "password", "card", "" },
                { "password", "recovery", "" },
                { "pin", "card", "" },
        };
        char text[512], place[32];

        (void)snprintf(place, sizeof place, "%d:31: ", HEAD_LINES + 4);
        cr_assert_eq(sizeof pairs / sizeof *pairs, FACTORS * (FACTORS + 1) / 2);
        for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
                for (int turned = 0; turned < 2; turned++) {
                        const char *a = turned ? pairs[i].b : pairs[i].a, *b = turned ? pairs[i].a : pairs[i].b, *why;

                        (void)snprintf(text, sizeof text, REQUIRE("%s+%s"), a, b);
                        why = refusal_of(text);
                        cr_expect_eq(*why == '\0', *pairs[i].said == '\0', "%s+%s: %s", a, b, why);
                        cr_expect(!*why || strncmp(why, place, strlen(place)) == 0, "%s+%s: %s", a, b, why);
                        cr_expect_not_null(strstr(why, pairs[i].said), "%s+%s: %s", a, b, why);
                }
}

Test(login_compile, alternatives_that_are_none_are_refused) {
        static const struct hostile rows[] = {
                { REQUIRE("card+totp"), 4, 31, "'card+totp' is possession alone" },
                { REQUIRE("password+pin"), 4, 31, "'password+pin' is knowledge alone" },
                { REQUIRE("password"), 4, 31, "'password' is knowledge alone" },
                { REQUIRE("totp"), 4, 31, "'totp' is possession alone" },
                { REQUIRE("card"), 4, 31, "'card' is possession alone" },
                { REQUIRE("pin"), 4, 31, "'pin' is knowledge alone" },
                { REQUIRE("totp+card+recovery"), 4, 31, "'totp+card+recovery' is possession alone" },
                { REQUIRE("card+pin, card+totp"), 4, 41, "'card+totp' is possession alone" },
                { REQUIRE("password+face"), 4, 31, "unknown factor" },
                { REQUIRE("password+"), 4, 31, "unknown factor" },
                { REQUIRE("+password"), 4, 31, "unknown factor" },
                { REQUIRE("password++totp"), 4, 31, "unknown factor" },
                { REQUIRE("Password+totp"), 4, 31, "unknown factor" },
                { REQUIRE("'password + totp'"), 4, 31, "unknown factor" },
                { REQUIRE("''"), 4, 31, "the text is empty" },
                { LOGIN("  rules: [{name: a, require: [card+pin]}]\n"), 3, 31, "says nothing in card:" },
                { LOGIN(CARD "  rules:\n  - {name: a, require: [password+totp]}\n  - name: b\n    require:\n"
                             "    - card+pin\n    - password+totp\n    - password+card\n    - password+recovery\n"
                             "    - card+pin+totp\n    - card+pin+recovery\n    - card+pin+password\n"
                             "    - password+totp+card\n    - password+totp+recovery\n"),
                  16, 7, "more than 8 alternatives" },
        };

        EXPECT_ALL_REFUSED(rows);
}

Test(login_compile, values_that_mean_nothing_are_refused_where_they_stand) {
        static const struct hostile rows[] = {
                { "devices: []\nlogin: {}\n", 2, 8, "missing key 'rules'" },
                { LOGIN("  rules: []\n"), 3, 10, "the list is empty" },
                { LOGIN("  rules: [{name: a}]\n"), 3, 11, "missing key 'require'" },
                { LOGIN("  rules: [{name: a, require: []}]\n"), 3, 30, "the list is empty" },
                { LOGIN("  rules: [{name: a, users: ['group:'], require: [password+totp]}]\n"), 3, 29, "no name" },
                { LOGIN("  rules: [{name: a, require: [password+totp]}, {name: a, require: [password+totp]}]\n"), 3, 55,
                  "called 'a' already" },
                { LOGIN("  rules: [{name: a, services: [a/b], require: [password+totp]}]\n"), 3, 32, "PAM service" },
                { LOGIN("  exempt: [cron, 'a b']\n" RULES), 3, 18, "PAM service" },
                { LOGIN("  exempt: []\n" RULES), 3, 11, "the list is empty" },
                { LOGIN("  single_prompt: [../x]\n" RULES), 3, 19, "PAM service" },
                { LOGIN("  single_prompt: "
                        "[aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa]\n" RULES),
                  3, 19, "PAM service" },
                { LOGIN("  throttle: {attempts: 0, within: 15m, for: 30m}\n" RULES), 3, 24, "attempts '0'" },
                { LOGIN("  throttle: {attempts: 101, within: 15m, for: 30m}\n" RULES), 3, 24, "attempts '101'" },
                { LOGIN("  throttle: {attempts: 5, within: 15, for: 30m}\n" RULES), 3, 35, "within '15'" },
                { LOGIN("  throttle: {attempts: 5, within: 15m, for: 30w}\n" RULES), 3, 45, "for '30w'" },
                { LOGIN("  throttle: {attempts: 5, within: 15m}\n" RULES), 3, 13, "missing key 'for'" },
                { LOGIN("  totp: {digits: 5}\n" RULES), 3, 18, "digits '5'" },
                { LOGIN("  totp: {digits: 9}\n" RULES), 3, 18, "digits '9'" },
                { LOGIN("  totp: {period: 14}\n" RULES), 3, 18, "period '14'" },
                { LOGIN("  totp: {skew: 3}\n" RULES), 3, 16, "skew '3'" },
                { LOGIN("  totp: {algorithm: md5}\n" RULES), 3, 21, "unknown value 'md5'" },
                { LOGIN("  card: {module: p11.so}\n" RULES), 3, 18, "absolute path" },
                { LOGIN("  card: {module: /lib/../x.so}\n" RULES), 3, 18, "absolute path" },
                { LOGIN("  card: {module: /x, removal: shutdown}\n" RULES), 3, 31, "unknown value 'shutdown'" },
                { LOGIN("  card: {module: /x, crl_grace: never}\n" RULES), 3, 33, "crl_grace 'never'" },
                { LOGIN("  card: {module: /x, grace: soon}\n" RULES), 3, 29, "grace 'soon'" },
                { LOGIN("  card: {module: /x, grace: 601s}\n" RULES), 3, 29, "at most 10m" },
                { LOGIN("  card: {module: /x, udi: 1}\n" RULES), 3, 22, "unknown key 'udi'" },
                { LOGIN("  card: {module: /x, map: uid}\n" RULES), 3, 27, "unknown value 'uid'" },
                { LOGIN("  card: {module: /x, map: cn}\n" RULES), 3, 27, "map needs authorities" },
                { LOGIN("  card: {module: /x, policy: [1.2.3]}\n" RULES), 3, 30, "policy needs authorities" },
                { LOGIN("  card: {module: /x, policy: [anyPolicy], authorities: [" AUTHORITY "]}\n" RULES), 3, 31,
                  "'anyPolicy' is not an OID" },
                { LOGIN("  card: {module: /x, policy: [1.2, 3.4], authorities: [" AUTHORITY "]}\n" RULES), 3, 36,
                  "'3.4' is not an OID" },
                { LOGIN("  card: {module: /x, domain: city.example}\n" RULES), 3, 30, "belongs to map" },
                { LOGIN("  card: {module: /x, domain: city.example, map: cn, authorities: [" AUTHORITY "]}\n" RULES), 3,
                  30, "belongs to map" },
                { LOGIN("  card: {module: /x, domain: '@x', map: upn, authorities: [" AUTHORITY "]}\n" RULES), 3, 30,
                  "'@x' is not the name of a domain" },
                { LOGIN("  card: {module: /x, domain: '*.x', map: upn, authorities: [" AUTHORITY "]}\n" RULES), 3, 30,
                  "not the name of a domain" },
                { LOGIN("  card: {module: /x, domain: '', map: upn, authorities: [" AUTHORITY "]}\n" RULES), 3, 30,
                  "the text is empty" },
        };

        EXPECT_ALL_REFUSED(rows);
}

Test(login_compile, certificates_and_lists_that_do_not_parse_are_refused_where_they_stand) {
        static const struct hostile rows[] = {
                { LOGIN("  card: {module: /x, authorities: [PEM]}\n" RULES), 3, 36,
                  "not a certificate: does not begin" },
                { LOGIN("  card: {module: /x, authorities: [" CRL "]}\n" RULES), 3, 36, "not a certificate: " },
                { LOGIN("  card: {module: /x, revocation: [" AUTHORITY "]}\n" RULES), 3, 35,
                  "not a revocation list: does not begin with '-----BEGIN X509 CRL-----'" },
                { LOGIN("  card: {module: /x, authorities: [" AUTHORITY ", "
                        "\"-----BEGIN CERTIFICATE-----\\nMAA=\\n-----END CERTIFICATE-----\\n\"]}\n" RULES),
                  3, 686, "not a certificate: " },
                { LOGIN("  card: {module: /x, revocation: ["
                        "\"-----BEGIN X509 CRL-----\\nMAA=\\n-----END X509 CRL-----\\n\"]}\n" RULES),
                  3, 35, "not a revocation list: " },
                { LOGIN("  card:\n    module: /x\n    authorities:\n    - |\n"
                        "      -----BEGIN CERTIFICATE-----\n      MAA=\n      -----END CERTIFICATE-----\n"
                        "      and more\n" RULES),
                  6, 7, "something follows it" },
        };

        EXPECT_ALL_REFUSED(rows);
}

/* The agent takes neither, so a policy with one would let nobody in by card. */
Test(login_compile, what_authorizes_nobody_is_refused_where_it_stands) {
        static const struct hostile rows[] = {
                { LOGIN("  card: {module: /x, authorities: [" PERSON "]}\n" RULES), 3, 36,
                  "not an authority's: its basicConstraints do not say CA" },
                { LOGIN("  card: {module: /x, authorities: [" AUTHORITY "], revocation: [" DELTA_CRL "]}\n" RULES), 3,
                  700, "it tells changes to another list only" },
        };

        EXPECT_ALL_REFUSED(rows);
}

/* From both ends: no part of a certificate is one. */
Test(login_compile, every_truncation_of_a_certificate_is_refused) {
        static const char pem[] = AUTHORITY, line[] = "\\n";

        for (const char *cut = strstr(pem, line); cut && cut[3]; cut = strstr(cut + 1, line)) {
                char text[2048];

                (void)snprintf(text, sizeof text, LOGIN("  card: {module: /x, authorities: [%.*s\\n\"]}\n" RULES),
                               (int)(cut - pem), pem);
                if (cut[2] != '"')
                        cr_expect_not_null(strstr(refusal_of(text), "not a certificate"), "%s", text);
        }
}

TestSuite(policy_login_terms, .timeout = 60);

static void expect_defaults(const struct login_terms *t) {
        cr_assert_not_null(t);
        cr_expect_eq(t->throttle.attempts, 5);
        cr_expect_eq(t->throttle.within_s, 900);
        cr_expect_eq(t->throttle.pause_s, 1800);
        cr_expect_eq(t->totp.digits, 6);
        cr_expect_eq(t->totp.period_s, 30);
        cr_expect_eq(t->totp.skew, 1);
        cr_expect_eq(t->totp.algorithm, TOTP_SHA1);
        cr_expect_null(t->card.module);
        cr_expect_eq(t->card.n_authorities + t->card.n_revocation, 0);
        cr_expect_eq(t->card.crl_grace_s, 0);
        cr_expect_not(t->card.spend_last_try);
        cr_expect_eq(t->card.removal, CARD_REMOVAL_LOCK);
        cr_expect_eq(t->card.grace_s, 30);
        cr_expect_eq(t->card.map, CARD_MAP_NONE);
        cr_expect_null(t->card.domain);
        cr_expect_eq(t->card.n_policies, 0);
}

Test(policy_login_terms, what_is_not_said_has_its_default) {
        struct policy *silent = given("devices: []\n"), *short_one = given(LOGIN(RULES)),
                      *empty = given(LOGIN("  totp: {skew: 1}\n" RULES));

        expect_defaults(policy_login_terms(NULL));
        expect_defaults(policy_login_terms(silent));
        expect_defaults(policy_login_terms(short_one));
        expect_defaults(policy_login_terms(empty));
        policy_free(silent);
        policy_free(short_one);
        policy_free(empty);
}

Test(policy_login_terms, every_value_is_kept) {
        struct policy *p = given(LOGIN("  throttle: {attempts: 100, within: 1h, for: 45s}\n"
                                       "  totp: {digits: 8, period: 60, algorithm: sha512, skew: 0}\n"
                                       "  card: {module: /lib/p11.so, authorities: [" AUTHORITY "], revocation: [" CRL
                                       ", " CRL "], "
                                       "crl_grace: 7d, last_try: allow, removal: logout, grace: 10m, map: upn, "
                                       "domain: city.example, policy: [1.2.392.1, 2.16.840.1]}\n" RULES));
        const struct login_terms *t = policy_login_terms(p);

        cr_expect_eq(t->throttle.attempts, 100);
        cr_expect_eq(t->throttle.within_s, 3600);
        cr_expect_eq(t->throttle.pause_s, 45);
        cr_expect_eq(t->totp.digits, 8);
        cr_expect_eq(t->totp.period_s, 60);
        cr_expect_eq(t->totp.skew, 0);
        cr_expect_eq(t->totp.algorithm, TOTP_SHA512);
        cr_expect_str_eq(t->card.module, "/lib/p11.so");
        cr_assert_eq(t->card.n_authorities, 1);
        cr_assert_eq(t->card.n_revocation, 2);
        cr_expect_eq(strncmp(t->card.authorities[0], "-----BEGIN CERTIFICATE-----\nMIIBqDCC", 36), 0);
        cr_expect_str_eq(t->card.revocation[0], t->card.revocation[1]);
        cr_expect_eq(strncmp(t->card.revocation[1], "-----BEGIN X509 CRL-----\nMIGv", 29), 0);
        cr_expect_eq(t->card.crl_grace_s, 7 * 86400);
        cr_expect(t->card.spend_last_try);
        cr_expect_eq(t->card.removal, CARD_REMOVAL_LOGOUT);
        cr_expect_eq(t->card.grace_s, 600);
        cr_expect_eq(t->card.map, CARD_MAP_UPN);
        cr_expect_str_eq(t->card.domain, "city.example");
        cr_assert_eq(t->card.n_policies, 2);
        cr_expect_str_eq(t->card.policies[0], "1.2.392.1");
        cr_expect_str_eq(t->card.policies[1], "2.16.840.1");
        policy_free(p);
}

Test(policy_login_terms, every_word_means_what_it_says) {
        static const char *const maps[] = { "none", "cn", "upn", "email" },
                                 *const removals[] = { "lock", "logout", "ignore" },
                                 *const algorithms[] = { "sha1", "sha256", "sha512" };

        for (unsigned i = 0; i < 4; i++) {
                struct policy *p;
                char text[2048];

                (void)snprintf(text, sizeof text,
                               LOGIN("  totp: {algorithm: %s}\n  card: {module: /x, authorities: [" AUTHORITY
                                     "], map: %s, removal: %s}\n" RULES),
                               algorithms[i % 3], maps[i], removals[i % 3]);
                p = given(text);
                cr_expect_eq(policy_login_terms(p)->card.map, i, "%s", maps[i]);
                cr_expect_eq(policy_login_terms(p)->card.removal, i % 3, "%s", removals[i % 3]);
                cr_expect_eq(policy_login_terms(p)->totp.algorithm, i % 3, "%s", algorithms[i % 3]);
                policy_free(p);
        }
}
