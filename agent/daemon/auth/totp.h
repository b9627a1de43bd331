/* SPDX-License-Identifier: MIT */
/* totp.h — RFC 6238 over RFC 4226. Pure: secrets, time and marks are the caller's. */
#pragma once

#include "store/factors.h"
#include "store/tally.h"

#define TOTP_DRIFT_MAX 10 /* steps that a token's clock may be known to be off (RFC 6238 §6) */

/* The code of one step, NUL-terminated; 6 to 8 digits. 0 or -EINVAL (not a sound token), -EIO. */
int totp_code(const struct token *t, uint64_t step, char ret[9]);

uint64_t totp_step(const struct token *t, int64_t unix_s);

enum totp_verdict {
        TOTP_WRONG,
        TOTP_RIGHT,      /* *mark must be durable before the person is told */
        TOTP_USED,       /* right, and used before (or older than one that was) */
        TOTP_CLOCK_BACK, /* right for the clock, and the mark is ahead of the clock: somebody set it back */
        TOTP_OFF,        /* right for a clock that is further off than allowed: say 時刻ずれ */
};

/* Accepts `skew` steps to either side of the token's learned drift; constant time in the code. `mark` is the tally's
 * entry for this token (id set, step 0 where it is new). It is changed for TOTP_RIGHT, and for TOTP_OFF, after which
 * the code of the very next step is TOTP_RIGHT too (RFC 4226 §7.4: two consecutive codes resynchronise; the first of
 * them lets nobody in): so a tally is written after TOTP_OFF as after every failure, and people are told to type the
 * next code. */
enum totp_verdict totp_check(const struct token *t, const char *code, int64_t unix_s, unsigned skew,
                             struct tally_token *mark);

/* The entry of that token; if there is none, it is made in place of the one unused longest; never NULL. */
struct tally_token *totp_mark(struct tally *t, uint32_t id);

/* `sekimori unlock` after the clock was put right. For a token whose mark is ahead of the clock, codes up to now (and
 * skew) stay spent, and later ones count again except those already used. For a broken tally, no code counts until the
 * furthest drift is over (TOTP_DRIFT_MAX steps), and no recovery code counts at all. False: a token was used so often
 * while the clock was ahead that it stays refused until then; it has to be enrolled anew. */
bool totp_unlock(struct tally *tally, const struct factors *f, int64_t unix_s, unsigned skew);

/* Seeds as people have them: base32 (any case, spaces and padding fine) or hex ("hex:" or even length of only hex
 * digits that is no base32). -EINVAL, -ERANGE (shorter than 128 bits, longer than TOKEN_SECRET). */
int totp_seed(const char *text, uint8_t ret[TOKEN_SECRET], uint8_t *ret_n);
void totp_base32(const uint8_t *secret, size_t n, char *to); /* upper case, unpadded; `to` has room for 8 n / 5 + 2 */

/* otpauth://totp/… for the QR. 0, -EINVAL (not a sound token), or -ENOSPC with `to` empty. */
int totp_uri(const struct token *t, const char *issuer, const char *user, char *to, size_t size);
