/* SPDX-License-Identifier: MIT */
/* totp.c — which codes count now. The main rule: a step at or below the mark, or remembered as used, is never accepted,
 * whatever the clock says. */
#include "auth/totp.h"

#include "auth/code.h"
#include "base/secret.h"

#include <string.h>

uint64_t totp_step(const struct token *t, int64_t unix_s) {
        return unix_s < 0 || t->period_s == 0 ? 0 : (uint64_t)unix_s / t->period_s;
}

static int totp_bounded(int value, int most) {
        return value > most ? most : value < -most ? -most : value;
}

/* The steps around the clock whose code matches the one given. */
struct matches {
        uint64_t fresh, used; /* the highest step inside the window; 0: none */
        uint64_t off, stale;  /* the same outside */
};

static bool is_spent(const struct tally_token *mark, uint64_t step) {
        bool spent = step <= mark->step;

        for (size_t i = 0; i < TALLY_RECENT; i++)
                spent |= mark->recent[i] == step;
        return spent;
}

static uint64_t at_offset(uint64_t step, int offset) {
        return offset < 0 && (uint64_t)-offset > step ? 0 : step + (uint64_t)(int64_t)offset;
}

/* Every step is tried, even after a match. -EIO, -EINVAL: there is no result. */
static int try_steps(const struct token *t, const char *code, uint64_t centre, unsigned skew,
                     const struct tally_token *mark, struct matches *ret) {
        char given[CODE_TEXT] = "", right[CODE_TEXT] = "";
        size_t n = strnlen(code, CODE_TEXT);
        auto_codes c = { 0 };
        int r = codes_init(&c, t);

        if (n < sizeof given)
                memcpy(given, code, n);
        for (int i = -TOTP_DRIFT_MAX; r == 0 && i <= TOTP_DRIFT_MAX; i++) {
                uint64_t step = at_offset(centre, i);
                bool inside = (unsigned)abs(i) <= skew, spent = is_spent(mark, step);
                uint64_t *to = inside ? (spent ? &ret->used : &ret->fresh) : (spent ? &ret->stale : &ret->off);

                r = codes_at(&c, step, right);
                if (r == 0 && secret_equal(given, right, sizeof given))
                        *to = step;
        }
        secret_wipe(given, sizeof given);
        secret_wipe(right, sizeof right);
        return r;
}

/* Replaces the lowest step that is remembered: see tally.h. */
static void totp_remember(struct tally_token *mark, uint64_t step) {
        uint64_t *least = mark->recent;

        for (size_t i = 1; i < TALLY_RECENT; i++)
                if (mark->recent[i] < *least)
                        least = &mark->recent[i];
        if (step > *least)
                *least = step;
}

static enum totp_verdict totp_accept(struct tally_token *mark, uint64_t step, uint64_t now) {
        mark->step = step;
        mark->drift = (int16_t)totp_bounded((int)(int64_t)(step - now), TOTP_DRIFT_MAX);
        mark->off = 0;
        totp_remember(mark, step);
        return TOTP_RIGHT;
}

/* Is this the code right after one that was off, and are both within the drift allowed? */
static bool totp_resynchronises(const struct tally_token *mark, uint64_t step, uint64_t now) {
        int64_t offset = (int64_t)(step - now);

        return mark->off && step == mark->off + 1 && offset >= -TOTP_DRIFT_MAX && offset <= TOTP_DRIFT_MAX;
}

enum totp_verdict totp_check(const struct token *t, const char *code, int64_t unix_s, unsigned skew,
                             struct tally_token *mark) {
        uint64_t now = totp_step(t, unix_s), centre = at_offset(now, totp_bounded(mark->drift, TOTP_DRIFT_MAX));
        struct matches found = { 0 };

        skew = skew > TOTP_DRIFT_MAX ? TOTP_DRIFT_MAX : skew;
        if (try_steps(t, code, centre, skew, mark, &found) < 0)
                return TOTP_WRONG;
        if (found.fresh)
                return totp_accept(mark, found.fresh, now);
        if (found.used)
                return mark->step > centre + skew ? TOTP_CLOCK_BACK : TOTP_USED;
        if (found.off && totp_resynchronises(mark, found.off, now))
                return totp_accept(mark, found.off, now);
        if (found.off) {
                mark->off = found.off;
                return TOTP_OFF;
        }
        return found.stale ? TOTP_USED : TOTP_WRONG;
}

static struct tally_token *find_mark(struct tally *t, uint32_t id) {
        for (size_t i = 0; i < TALLY_TOKENS; i++)
                if (t->tokens[i].id == id)
                        return &t->tokens[i];
        return NULL;
}

struct tally_token *totp_mark(struct tally *t, uint32_t id) {
        struct tally_token *mark = find_mark(t, id), *oldest = find_mark(t, 0);

        if (mark)
                return mark;
        for (size_t i = 0; i < TALLY_TOKENS && (!oldest || oldest->id); i++)
                if (!oldest || t->tokens[i].step < oldest->step)
                        oldest = &t->tokens[i];
        *oldest = (struct tally_token){ .id = id };
        return oldest;
}

static uint64_t least_remembered(const struct tally_token *mark) {
        uint64_t least = mark->recent[0];

        for (size_t i = 1; i < TALLY_RECENT; i++)
                least = mark->recent[i] < least ? mark->recent[i] : least;
        return least;
}

/* False: codes ahead of the clock were used that are not all remembered one by one, so every code up to there stays
 * spent. */
static bool totp_lower(struct tally_token *mark, uint64_t now, unsigned skew) {
        int drift = totp_bounded(mark->drift, TOTP_DRIFT_MAX);
        uint64_t edge = at_offset(now, drift > 0 ? drift : 0) + skew, least = least_remembered(mark);

        if (mark->step <= edge)
                return true;
        mark->step = least > edge ? least : edge;
        mark->drift = 0; /* learned from a clock that was wrong */
        mark->off = 0;
        return least <= edge;
}

bool totp_unlock(struct tally *tally, const struct factors *f, int64_t unix_s, unsigned skew) {
        bool all = true;

        if (tally->broken) {
                tally->codes_id = f->codes_id;
                tally->codes_used = UINT32_MAX;
        }
        for (size_t i = 0; i < f->n_tokens && i < FACTORS_TOKENS; i++) {
                const struct token *t = &f->tokens[i];
                struct tally_token *mark = find_mark(tally, t->id);

                if (tally->broken)
                        totp_mark(tally, t->id)->step = totp_step(t, unix_s) + TOTP_DRIFT_MAX + skew;
                else if (mark && !totp_lower(mark, totp_step(t, unix_s), skew))
                        all = false;
        }
        return all;
}
