/* SPDX-License-Identifier: MIT */
/* login.c — whom a policy asks for what at a login: by its rules, by its exemptions, and where it is silent. */
#include "decision/login.h"

#include "decision/administrators.h"
#include "unit/policy/given.h"
#include "unit/policy/language/login_given.h"

#define PASSWORD FACTOR_BIT(FACTOR_PASSWORD)
#define PIN FACTOR_BIT(FACTOR_PIN)
#define TOTP FACTOR_BIT(FACTOR_TOTP)
#define CARD_ FACTOR_BIT(FACTOR_CARD)
#define RECOVERY FACTOR_BIT(FACTOR_RECOVERY)

static const char *const staff[] = { "staff", "users", NULL }, *const admins[] = { "admins", NULL },
                         *const roots[] = { "root", NULL };
static const struct person sato = { "sato", staff }, ito = { "ito", admins }, root = { "root", NULL },
                           alone = { "alone", NULL };

TestSuite(person_is_administrator, .timeout = 5);

Test(person_is_administrator, by_name_or_by_group_and_nobody_else) {
        static const char *const none[] = { NULL }, *const sudo[] = { "users", "sudo", NULL },
                                 *const alike[] = { "sudoers", "root2", "group:sudo", NULL };

        cr_expect(person_is_administrator(&(struct person){ "root", none }));
        cr_expect(person_is_administrator(&(struct person){ "sato", sudo }));
        cr_expect_not(person_is_administrator(&(struct person){ "sato", none }));
        cr_expect_not(person_is_administrator(&(struct person){ "sato", alike }));
        cr_expect_not(person_is_administrator(&(struct person){ "group:sudo", none }), "a name like a group's");
        cr_expect_not(person_is_administrator(NULL));
}

TestSuite(policy_login_plan, .timeout = 60);

static const char office[] = LOGIN(
        CARD
        "  exempt: [systemd-user, cron]\n  single_prompt: [swaylock, someones-locker]\n"
        "  rules:\n"
        "  - {name: 職員, users: ['group:staff'], services: [gdm-password, login], require: [card+pin, password+totp]}\n"
        "  - {name: locker, users: ['group:staff'], services: [swaylock], require: [password+totp]}\n"
        "  - {name: 管理者, users: [root, 'group:admins'], require: [password+totp, recovery+password, "
        "password+recovery]}\n");

Test(policy_login_plan, the_first_rule_for_the_person_at_the_service_decides) {
        static const struct {
                const struct person *who;
                const char *service, *rule;
                size_t n;
                uint32_t first, second;
                bool single;
        } rows[] = {
                { &sato, "login", "職員", 2, CARD_ | PIN, PASSWORD | TOTP, false },
                { &sato, "gdm-password", "職員", 2, CARD_ | PIN, PASSWORD | TOTP, false },
                { &sato, "swaylock", "locker", 1, PASSWORD | TOTP, 0, true },
                { &ito, "login", "管理者", 2, PASSWORD | TOTP, PASSWORD | RECOVERY, false },
                { &root, "anything", "管理者", 2, PASSWORD | TOTP, PASSWORD | RECOVERY, false },
                { &root, "swaylock", "管理者", 2, PASSWORD | TOTP, PASSWORD | RECOVERY, true },
                { &root, "someones-locker", "管理者", 2, PASSWORD | TOTP, PASSWORD | RECOVERY, true },
                { &root, "sddm", "管理者", 2, PASSWORD | TOTP, PASSWORD | RECOVERY, true }, /* known for it */
        };
        struct policy *p = given(office);

        for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
                struct login_plan plan = { .n = 77 };

                cr_assert(policy_login_plan(p, rows[i].who, rows[i].service, &plan), "%s", rows[i].service);
                cr_expect_str_eq(plan.rule, rows[i].rule);
                cr_expect_eq(plan.n, rows[i].n);
                cr_expect_eq(plan.alternatives[0], rows[i].first);
                cr_expect_eq(plan.alternatives[1], rows[i].second);
                cr_expect_eq(plan.single_prompt, rows[i].single);
        }
        policy_free(p);
}

Test(policy_login_plan, nobody_else_and_nowhere_else) {
        struct policy *p = given(office);
        static const struct person nameless = { NULL, admins }, empty = { "", admins }, group_root = { "x", roots };
        struct login_plan plan;

        cr_expect_not(policy_login_plan(p, &sato, "sudo", &plan), "the rule's services do not name it");
        cr_expect_not(policy_login_plan(p, &alone, "login", &plan));
        cr_expect_not(policy_login_plan(p, &group_root, "login", &plan), "a group is no user of that name");
        cr_expect_not(policy_login_plan(p, &nameless, "login", &plan));
        cr_expect_not(policy_login_plan(p, &empty, "login", &plan));
        cr_expect_not(policy_login_plan(p, NULL, "login", &plan));
        cr_expect_not(policy_login_plan(p, &root, NULL, &plan));
        cr_expect_not(policy_login_plan(p, &root, "", &plan));
        cr_expect_not(policy_login_plan(NULL, NULL, "login", &plan));
        policy_free(p);
}

Test(policy_login_plan, a_rule_without_users_is_for_everybody) {
        struct policy *p = given(LOGIN("  rules: [{name: a, services: [login], require: [password+recovery]}]\n"));
        struct login_plan plan;

        cr_expect(policy_login_plan(p, &alone, "login", &plan));
        cr_expect_eq(plan.n, 1);
        cr_expect_not(policy_login_plan(p, &alone, "logi", &plan));
        cr_expect_not(policy_login_plan(p, &alone, "login2", &plan));
        policy_free(p);
}

Test(policy_login_plan, sealed_or_silent_asks_for_password_and_recovery) {
        struct policy *p = given("devices: []\n");
        const struct policy *both[] = { NULL, p };

        for (size_t i = 0; i < 2; i++) {
                struct login_plan plan = { .n = 77, .single_prompt = true };

                cr_assert(policy_login_plan(both[i], &alone, "login", &plan));
                cr_expect_eq(plan.n, 1);
                cr_expect_eq(plan.alternatives[0], PASSWORD | RECOVERY);
                cr_expect_not(plan.single_prompt);
                cr_expect_str_eq(plan.rule, "");
        }
        policy_free(p);
}

TestSuite(policy_login_decoy, .timeout = 60);

Test(policy_login_decoy, is_of_a_rule_for_the_service_and_not_of_the_administrators) {
        static const struct {
                const char *service, *rules;
                uint32_t first;
                bool single;
        } rows[] = {
                { "login",
                  "[{name: a, users: [root, 'group:sudo'], require: [password+recovery]}, "
                  "{name: b, users: ['group:x'], require: [password+totp]}]",
                  PASSWORD | TOTP, false },
                { "login",
                  "[{name: a, users: [root, 'group:x'], require: [password+recovery]}, "
                  "{name: b, require: [password+totp]}]",
                  PASSWORD | RECOVERY, false },
                { "login", "[{name: a, users: [root], require: [password+recovery]}]", PASSWORD | RECOVERY, false },
                { "login",
                  "[{name: a, users: [root], require: [password+recovery]}, "
                  "{name: b, services: [sudo], require: [password+totp]}]",
                  PASSWORD | RECOVERY, false },
                { "swaylock",
                  "[{name: a, services: [login], require: [password+totp]}, "
                  "{name: b, require: [password+recovery]}]",
                  PASSWORD | RECOVERY, true },
                { "swaylock", "[{name: a, services: [login], require: [password+totp]}]", 0, true },
                { "sddm", "[{name: a, require: [password+totp]}]", PASSWORD | TOTP, true },
        };

        for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
                struct login_plan plan = { .n = 77 };
                char text[512];
                struct policy *p;

                (void)snprintf(text, sizeof text, LOGIN("  single_prompt: [swaylock]\n  rules: %s\n"), rows[i].rules);
                p = given(text);
                policy_login_decoy(p, rows[i].service, &plan);
                cr_expect_eq(plan.alternatives[0], rows[i].first, "%s", rows[i].rules);
                cr_expect_eq(plan.n, rows[i].first != 0, "%s", rows[i].rules);
                cr_expect_eq(plan.single_prompt, rows[i].single, "%s", rows[i].rules);
                policy_free(p);
        }
}

Test(policy_login_decoy, sealed_or_silent_asks_for_password_and_recovery) {
        struct policy *p = given("devices: []\n");
        const struct policy *both[] = { NULL, p };

        for (size_t i = 0; i < 2; i++) {
                struct login_plan plan = { .n = 77, .single_prompt = true };

                policy_login_decoy(both[i], "login", &plan);
                cr_expect(plan.n == 1 && plan.alternatives[0] == (PASSWORD | RECOVERY) && !plan.single_prompt);
        }
        policy_free(p);
}

Test(policy_login_plan, eight_alternatives_fit) {
        struct policy *p = given(
                LOGIN(CARD "  rules: [{name: a, require: [card+pin, password+totp, password+card, password+recovery, "
                           "card+pin+totp, card+pin+recovery, card+pin+password, password+totp+card]}]\n"));
        struct login_plan plan;

        cr_assert(policy_login_plan(p, &sato, "login", &plan));
        cr_expect_eq(plan.n, ALTERNATIVES_MAX);
        cr_expect_eq(plan.alternatives[7], PASSWORD | TOTP | CARD_);
        policy_free(p);
}

Test(policy_login_exempt, only_what_is_named_and_never_when_sealed) {
        struct policy *p = given(office), *silent = given("devices: []\n");

        cr_expect(policy_login_exempt(p, "cron"));
        cr_expect(policy_login_exempt(p, "systemd-user"));
        cr_expect_not(policy_login_exempt(p, "sshd"));
        cr_expect_not(policy_login_exempt(p, "cro"));
        cr_expect_not(policy_login_exempt(p, ""));
        cr_expect_not(policy_login_exempt(p, NULL));
        cr_expect_not(policy_login_exempt(silent, "cron"));
        cr_expect_not(policy_login_exempt(NULL, "cron"));
        policy_free(p);
        policy_free(silent);
}

Test(factors_words, are_the_policys) {
        static const struct {
                uint32_t factors;
                const char *words;
        } rows[] = { { 0, "" },
                     { CARD_ | PIN, "card+pin" },
                     { PASSWORD | TOTP, "password+totp" },
                     { PASSWORD | RECOVERY, "password+recovery" },
                     { PASSWORD | PIN | TOTP | CARD_ | RECOVERY, "card+password+pin+totp+recovery" } };
        char text[64];

        for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
                factors_words(rows[i].factors, text, sizeof text);
                cr_expect_str_eq(text, rows[i].words);
        }
        for (size_t size = 1; size < 32; size++) {
                memset(text, 'x', sizeof text);
                factors_words(~0U, text, size);
                cr_expect_lt(strlen(text), size);
                cr_expect_eq(strncmp(text, "card+password+pin+totp+recovery", strlen(text)), 0);
        }
}

/* What is said of each set is read back as that set: every one of them that is legal. */
Test(factors_words, say_what_compiles_to_the_same) {
        for (uint32_t set = 1; set < FACTOR_BIT(FACTORS); set++) {
                char words[64], text[512];
                struct login_plan plan;
                struct policy *p;

                factors_words(set, words, sizeof words);
                (void)snprintf(text, sizeof text, REQUIRE("%s"), words);
                if (!(set & (PASSWORD | PIN)) || !(set & (TOTP | CARD_ | RECOVERY)) || (set & PIN && !(set & CARD_))) {
                        cr_expect_str_neq(refusal_of(text), "", "%s", words);
                        continue;
                }
                p = given(text);
                cr_expect(policy_login_plan(p, &alone, "login", &plan));
                cr_expect_eq(plan.alternatives[0], set, "%s", words);
                policy_free(p);
        }
}

Test(factor_name, is_the_policys_word) {
        static const char *const names[FACTORS] = { "password", "pin", "totp", "card", "recovery" };

        for (enum factor f = 0; f < FACTORS; f++)
                cr_expect_str_eq(factor_name(f), names[f]);
        cr_expect_str_eq(factor_name((enum factor)99), "");
}
