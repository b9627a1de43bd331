/* SPDX-License-Identifier: MIT */
/* means.c — the rows; tokens and recovery codes are looked at by totp.c and recovery.c. See means.h. */
#include "auth/means.h"

#include "auth/recovery.h"
#include "auth/totp.h"

#include <errno.h>

static bool means_always(const struct attempt *a) {
        (void)a;
        return true; /* knowing a password is taken for granted */
}

static bool means_card(const struct attempt *a) {
        return a->own != NULL;
}

static bool means_token(const struct attempt *a) {
        return a->factors.n_tokens > 0;
}

static bool means_recovery(const struct attempt *a) {
        struct tally tally;

        return a->factors.n_codes > 0 && tally_read(attempt_context(a)->tallies, a->user, &tally, NULL) == 0
               && recovery_left(&a->factors, &tally) > 0;
}

static const struct judgement judgements[] = {
        [TOTP_WRONG] = { 0, "wrong-code", WORD_WRONG },  [TOTP_RIGHT] = { FACTOR_BIT(FACTOR_TOTP), "", WORD_WRONG },
        [TOTP_USED] = { 0, "used", WORD_CODE_USED },     [TOTP_CLOCK_BACK] = { 0, "clock-back", WORD_CLOCK_BACK },
        [TOTP_OFF] = { 0, "clock-off", WORD_TOKEN_OFF },
};

/* Checks each token: a right code decides, else the first verdict other than "wrong". */
static struct judgement judge_token(const struct attempt *a, const char *code, struct tally *tally, int64_t now) {
        unsigned skew = policy_login_terms(attempt_policy(a))->totp.skew;
        enum totp_verdict best = TOTP_WRONG;

        for (size_t i = 0; i < a->factors.n_tokens; i++) {
                const struct token *t = &a->factors.tokens[i];
                enum totp_verdict v = totp_check(t, code, now, skew, totp_mark(tally, t->id));

                if (v == TOTP_RIGHT || best == TOTP_WRONG)
                        best = v;
                if (v == TOTP_RIGHT)
                        break;
        }
        return judgements[best];
}

static struct judgement judge_recovery(const struct attempt *a, const char *code, struct tally *tally, int64_t now) {
        int r = recovery_check(&a->factors, tally, code);

        (void)now;
        if (r == -EALREADY)
                return (struct judgement){ 0, "used", WORD_CODE_USED };
        return (struct judgement){ r >= 0 ? FACTOR_BIT(FACTOR_RECOVERY) : 0, "wrong-code", WORD_WRONG };
}

/* A card's key is opened by its PIN, whether the policy counts the PIN or not. */
static const struct means_row rows[FACTORS] = {
        [FACTOR_PASSWORD] = { ASK_PASSWORD, .is_there = means_always },
        [FACTOR_PIN] = { ASK_PIN, .is_there = means_card },
        [FACTOR_CARD] = { ASK_PIN, .is_there = means_card },
        [FACTOR_TOTP] = { ASK_CODE, means_token, WORD_ASK_TOTP, WORD_ASK_LINE, 0, judge_token },
        [FACTOR_RECOVERY] = { ASK_CODE, means_recovery, WORD_ASK_RECOVERY, WORD_ASK_LINE_RECOVERY, 9, judge_recovery },
};

const struct means_row *means_row(enum factor f) {
        return &rows[f];
}

uint32_t means_now(const struct attempt *a) {
        uint32_t now = 0;

        for (enum factor f = 0; f < FACTORS; f++)
                if (rows[f].is_there && rows[f].is_there(a)) /* a factor without a row can be shown by nobody */
                        now |= FACTOR_BIT(f);
        return now;
}

uint32_t means_of_codes(void) {
        uint32_t codes = 0;

        for (enum factor f = 0; f < FACTORS; f++)
                if (rows[f].judge)
                        codes |= FACTOR_BIT(f);
        return codes;
}
