/* SPDX-License-Identifier: MIT */
/* Which alternative a person is led through. */
#include "auth/choose.h"

#include <criterion/criterion.h>

#define PASSWORD FACTOR_BIT(FACTOR_PASSWORD)
#define TOTP FACTOR_BIT(FACTOR_TOTP)
#define CARD FACTOR_BIT(FACTOR_CARD)
#define PIN FACTOR_BIT(FACTOR_PIN)
#define RECOVERY FACTOR_BIT(FACTOR_RECOVERY)

static const struct login_plan staff = { .n = 2, .alternatives = { CARD | PIN, PASSWORD | TOTP } };
static const struct login_plan admins = { .n = 2, .alternatives = { PASSWORD | TOTP, PASSWORD | RECOVERY } };
static const struct login_plan card_last = { .n = 2, .alternatives = { PASSWORD | TOTP, CARD | PIN } };
static const struct login_plan locker = { .n = 2,
                                          .alternatives = { CARD | PIN, PASSWORD | TOTP },
                                          .single_prompt = true };

static const struct login_plan paper_only = { .n = 1, .alternatives = { PASSWORD | RECOVERY } };
static const struct login_plan both_codes = { .n = 1, .alternatives = { PASSWORD | TOTP | RECOVERY } },
                               everything = { .n = 1, .alternatives = { PASSWORD | CARD | PIN | TOTP | RECOVERY } };

#define TOKEN                                                                                                          \
        { ASK_CODE, FACTOR_TOTP }
#define PAPER                                                                                                          \
        { ASK_CODE, FACTOR_RECOVERY }

static bool is_same(struct login_question a, struct login_question b) {
        return a.ask == b.ask && a.code == b.code;
}

struct example {
        const char *claim;
        const struct login_plan *plan;
        struct means means;
        struct choice is;
};

static const struct example examples[] = {
        { "a card that is there comes first",
          &staff,
          { .now = PASSWORD | TOTP | CARD | PIN },
          { .factors = CARD | PIN, .n = 1, .questions = { { .ask = ASK_PIN } } } },
        { "even where the policy names it last",
          &card_last,
          { .now = PASSWORD | TOTP | CARD | PIN },
          { .factors = CARD | PIN, .n = 1, .questions = { { .ask = ASK_PIN } } } },
        { "a forgotten card is no hindrance",
          &staff,
          { .now = PASSWORD | TOTP, .card_expected = true },
          { .factors = PASSWORD | TOTP, .n = 2, .questions = { { .ask = ASK_PASSWORD }, TOKEN } } },
        { "a card is asked for where nothing else would do",
          &staff,
          { .now = PASSWORD, .card_expected = true },
          { .factors = CARD | PIN, .insert = true, .n = 1, .questions = { { .ask = ASK_PIN } } } },
        { "nothing to show", &staff, { .now = PASSWORD }, { .factors = 0 } },
        { "a recovery code that the rule does not name is nothing",
          &staff,
          { .now = PASSWORD | RECOVERY },
          { .factors = 0 } },
        { "a recovery code may stand for the token",
          &admins,
          { .now = PASSWORD | TOTP | RECOVERY },
          { .factors = PASSWORD | TOTP,
            .recovery_too = true,
            .n = 2,
            .questions = { { .ask = ASK_PASSWORD }, TOKEN } } },
        { "and who has no token is asked the same",
          &admins,
          { .now = PASSWORD | RECOVERY },
          { .factors = PASSWORD | TOTP,
            .recovery_too = true,
            .n = 2,
            .questions = { { .ask = ASK_PASSWORD }, TOKEN } } },
        { "a recovery code alone",
          &paper_only,
          { .now = PASSWORD | RECOVERY },
          { .factors = PASSWORD | RECOVERY, .n = 2, .questions = { { .ask = ASK_PASSWORD }, PAPER } } },
        { "two codes are two questions",
          &both_codes,
          { .now = PASSWORD | TOTP | RECOVERY },
          { .factors = PASSWORD | TOTP | RECOVERY, .n = 3, .questions = { { .ask = ASK_PASSWORD }, TOKEN, PAPER } } },
        { "and beside a card four",
          &everything,
          { .now = PASSWORD | TOTP | RECOVERY | CARD | PIN },
          { .factors = PASSWORD | TOTP | RECOVERY | CARD | PIN,
            .n = 4,
            .questions = { { .ask = ASK_PASSWORD }, { .ask = ASK_PIN }, TOKEN, PAPER } } },
        { "one of two codes is nothing", &both_codes, { .now = PASSWORD | TOTP }, { .factors = 0 } },
        { "one prompt holds both",
          &locker,
          { .now = PASSWORD | TOTP },
          { .factors = PASSWORD | TOTP, .n = 1, .questions = { { .ask = ASK_LINE } } } },
        { "one prompt is the PIN's",
          &locker,
          { .now = PASSWORD | TOTP | CARD | PIN },
          { .factors = CARD | PIN, .n = 1, .questions = { { .ask = ASK_PIN } } } },
};

Test(choose, leads_the_person_to_what_they_have) {
        for (size_t i = 0; i < sizeof examples / sizeof *examples; i++) {
                const struct example *e = &examples[i];
                struct choice c = choose(e->plan, &e->means);

                cr_expect_eq(c.factors, e->is.factors, "%s", e->claim);
                cr_expect_eq(c.recovery_too, e->is.recovery_too, "%s", e->claim);
                cr_expect_eq(c.insert, e->is.insert, "%s", e->claim);
                cr_expect_eq(c.n, e->is.n, "%s: %u", e->claim, c.n);
                for (unsigned a = 0; a < c.n && a < e->is.n; a++)
                        cr_expect(is_same(c.questions[a], e->is.questions[a]), "%s: %u", e->claim, a);
        }
}

Test(choose_decoy, asks_for_two_factors_where_the_service_has_no_rule) {
        const struct login_plan nobody = { 0 };
        struct choice c = choose_decoy(&nobody, false, false);

        cr_expect_eq(c.n, 2);
        cr_expect_eq(c.questions[0].ask, ASK_PASSWORD);
        cr_expect(is_same(c.questions[1], (struct login_question)TOKEN));
}

static void expect_decoy(const struct login_plan *plan, bool card_expected, bool alone, struct choice is,
                         const char *claim) {
        struct choice c = choose_decoy(plan, card_expected, alone);

        cr_expect(c.factors == is.factors && c.recovery_too == is.recovery_too && c.insert == is.insert, "%s: %#x",
                  claim, c.factors);
}

Test(choose_decoy, asks_what_people_under_the_plan_are_asked) {
        static const struct login_plan sealed = { .n = 1, .alternatives = { PASSWORD | RECOVERY } },
                                       card_only = { .n = 1, .alternatives = { CARD | PIN } };

        expect_decoy(&sealed, false, true, (struct choice){ .factors = PASSWORD | RECOVERY }, "paper");
        expect_decoy(&admins, false, true, (struct choice){ .factors = PASSWORD | TOTP, .recovery_too = true },
                     "either code");
        expect_decoy(&staff, true, false, (struct choice){ .factors = PASSWORD | TOTP }, "no card in the reader");
        expect_decoy(&staff, true, true, (struct choice){ .factors = CARD | PIN, .insert = true },
                     "as who has no token");
        expect_decoy(&staff, false, true, (struct choice){ .factors = PASSWORD | TOTP }, "no card is looked for");
        expect_decoy(&card_only, true, false, (struct choice){ .factors = CARD | PIN, .insert = true },
                     "and nothing else");
        expect_decoy(&card_only, false, true, (struct choice){ .factors = PASSWORD | TOTP },
                     "no card can be looked for");
}

/* A token, a sheet, both, or nothing: the question is the plan's. */
Test(choose_decoy, is_what_everybody_is_asked_who_has_a_code) {
        const struct choice decoy = choose_decoy(&admins, false, true);
        static const uint32_t have[] = { PASSWORD | TOTP, PASSWORD | RECOVERY, PASSWORD | TOTP | RECOVERY };

        for (size_t i = 0; i < sizeof have / sizeof *have; i++) {
                struct choice c = choose(&admins, &(struct means){ .now = have[i] });

                cr_expect(c.factors == decoy.factors && c.recovery_too == decoy.recovery_too && c.n == decoy.n, "%zu",
                          i);
                for (unsigned q = 0; q < c.n && q < decoy.n; q++)
                        cr_expect(is_same(c.questions[q], decoy.questions[q]), "%zu: %u", i, q);
        }
}

Test(choose_decoy, a_single_prompt_stays_one) {
        struct choice c = choose_decoy(&locker, false, false);

        cr_expect_eq(c.n, 1);
        cr_expect_eq(c.questions[0].ask, ASK_LINE);
}
