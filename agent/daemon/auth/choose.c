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

static bool recovery_too(const struct login_plan *plan, uint32_t factors, uint32_t shown) {
        const uint32_t totp = FACTOR_BIT(FACTOR_TOTP), recovery = FACTOR_BIT(FACTOR_RECOVERY);
        uint32_t other = (factors & ~totp) | recovery;

        if (!(factors & totp) || !(shown & recovery))
                return false;
        for (size_t i = 0; i < plan->n; i++)
                if (plan->alternatives[i] == other)
                        return true;
        return false;
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
        c.recovery_too = recovery_too(plan, c.factors, m->now);
        choose_lead(&c, plan->single_prompt);
        return c;
}

struct choice choose_decoy(const struct login_plan *plan) {
        struct choice c = { .factors = FACTOR_BIT(FACTOR_PASSWORD) | FACTOR_BIT(FACTOR_TOTP) };

        choose_lead(&c, plan->single_prompt);
        return c;
}
