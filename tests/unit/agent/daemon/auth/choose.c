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
        { "a recovery code alone",
          &admins,
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

Test(choose_decoy, asks_as_if_there_were_somebody) {
        const struct login_plan nobody = { 0 };
        struct choice c = choose_decoy(&nobody);

        cr_expect_eq(c.n, 2);
        cr_expect_eq(c.questions[0].ask, ASK_PASSWORD);
        cr_expect(is_same(c.questions[1], (struct login_question)TOKEN));
}
