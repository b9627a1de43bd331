/* SPDX-License-Identifier: MIT */
/* choose.c — factors are bits: an alternative fits if the person can show every bit of it. See choose.h. */
#include "auth/choose.h"

#include "auth/means.h"

static bool has_card(uint32_t factors) {
        return factors & FACTOR_BIT(FACTOR_CARD);
}

/* The first alternative made of these factors, and (where that is asked) with a card; 0: none. */
static uint32_t choose_first_alternative(const struct login_plan *plan, uint32_t factors, bool card) {
        for (size_t i = 0; i < plan->n; i++)
                if ((plan->alternatives[i] & ~factors) == 0 && (!card || has_card(plan->alternatives[i])))
                        return plan->alternatives[i];
        return 0;
}

static void choose_ask(struct choice *c, enum ask what, enum factor code) {
        if (c->n < QUESTIONS_MAX)
                c->questions[c->n++] = (struct login_question){ what, code };
}

static bool choose_wants(const struct choice *c, enum ask what) {
        for (enum factor f = 0; f < FACTORS; f++)
                if (c->factors & FACTOR_BIT(f) && means_row(f)->ask == what)
                        return true;
        return false;
}

static void choose_lead(struct choice *c, bool single_prompt) {
        if (single_prompt && choose_wants(c, ASK_PASSWORD) && choose_wants(c, ASK_CODE) && !has_card(c->factors)) {
                choose_ask(c, ASK_LINE, 0);
                return;
        }
        for (enum ask what = ASK_PASSWORD; what < ASK_CODE; what++)
                if (choose_wants(c, what))
                        choose_ask(c, what, 0);
        for (enum factor f = 0; f < FACTORS; f++)
                if (c->factors & FACTOR_BIT(f) && means_row(f)->ask == ASK_CODE)
                        choose_ask(c, ASK_CODE, f);
}

static bool choose_offers(const struct login_plan *plan, uint32_t factors) {
        for (size_t i = 0; i < plan->n; i++)
                if (plan->alternatives[i] == factors)
                        return true;
        return false;
}

/* Where the plan takes the token's code or one from paper, everybody is asked for either. */
static void choose_either(const struct login_plan *plan, struct choice *c) {
        const uint32_t totp = FACTOR_BIT(FACTOR_TOTP), recovery = FACTOR_BIT(FACTOR_RECOVERY);
        const uint32_t rest = c->factors & ~(totp | recovery), codes = c->factors & (totp | recovery);

        if ((codes != totp && codes != recovery) || !choose_offers(plan, rest | totp)
            || !choose_offers(plan, rest | recovery))
                return;
        c->factors = rest | totp;
        c->recovery_too = true;
}

struct choice choose(const struct login_plan *plan, const struct means *m) {
        const uint32_t card = FACTOR_BIT(FACTOR_CARD) | FACTOR_BIT(FACTOR_PIN);
        struct choice c = { .factors = choose_first_alternative(plan, m->now, true) };

        if (!c.factors)
                c.factors = choose_first_alternative(plan, m->now, false);
        if (!c.factors && m->card_expected) {
                c.factors = choose_first_alternative(plan, m->now | card, true);
                c.insert = c.factors != 0;
        }
        choose_either(plan, &c);
        choose_lead(&c, plan->single_prompt);
        return c;
}

struct choice choose_decoy(const struct login_plan *plan, bool card_expected, bool card_alone) {
        static const uint32_t none = FACTOR_BIT(FACTOR_PASSWORD),
                              all = FACTOR_BIT(FACTOR_PASSWORD) | FACTOR_BIT(FACTOR_TOTP) | FACTOR_BIT(FACTOR_RECOVERY);
        struct choice c = choose(plan, &(struct means){ card_alone ? none : all, card_expected });

        if (!c.factors)
                c = choose(plan, &(struct means){ all, card_expected });
        if (!c.factors) {
                c = (struct choice){ .factors = FACTOR_BIT(FACTOR_PASSWORD) | FACTOR_BIT(FACTOR_TOTP) };
                choose_lead(&c, plan->single_prompt);
        }
        return c;
}
