/* SPDX-License-Identifier: MIT */
/* choose.c — factors are bits: an alternative fits if the person can show every bit of it. See choose.h. */
#include "auth/choose.h"

static uint32_t choose_shown(const struct means *m, bool with_card) {
        uint32_t factors = FACTOR_BIT(FACTOR_PASSWORD);

        if (m->token)
                factors |= FACTOR_BIT(FACTOR_TOTP);
        if (m->recovery)
                factors |= FACTOR_BIT(FACTOR_RECOVERY);
        if (with_card)
                factors |= FACTOR_BIT(FACTOR_CARD) | FACTOR_BIT(FACTOR_PIN);
        return factors;
}

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

static void choose_ask(struct choice *c, enum ask what) {
        if (c->n < ASKS_MAX)
                c->asks[c->n++] = what;
}

/* A card's key is opened by its PIN, whether the policy counts the PIN or not. */
static void choose_lead(struct choice *c, bool single_prompt) {
        const uint32_t code = FACTOR_BIT(FACTOR_TOTP) | FACTOR_BIT(FACTOR_RECOVERY);
        bool password = c->factors & FACTOR_BIT(FACTOR_PASSWORD);

        if (single_prompt && password && c->factors & code && !has_card(c->factors)) {
                choose_ask(c, ASK_LINE);
                return;
        }
        if (password)
                choose_ask(c, ASK_PASSWORD);
        if (has_card(c->factors))
                choose_ask(c, ASK_PIN);
        if (c->factors & code)
                choose_ask(c, ASK_CODE);
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
        uint32_t now = choose_shown(m, m->card);
        struct choice c = { .factors = m->card ? choose_first_alternative(plan, now, true) : 0 };

        if (!c.factors)
                c.factors = choose_first_alternative(plan, now, false);
        if (!c.factors && m->card_expected) {
                c.factors = choose_first_alternative(plan, choose_shown(m, true), true);
                c.insert = c.factors != 0;
        }
        c.recovery_too = recovery_too(plan, c.factors, now);
        choose_lead(&c, plan->single_prompt);
        return c;
}

struct choice choose_decoy(const struct login_plan *plan) {
        struct choice c = { .factors = FACTOR_BIT(FACTOR_PASSWORD) | FACTOR_BIT(FACTOR_TOTP) };

        choose_lead(&c, plan->single_prompt);
        return c;
}
