/* SPDX-License-Identifier: MIT */
/* succession.h — can another policy follow this one: would somebody be able to sign it, and is a serial left for it?
 * Knows no clock: certificates are judged at `issued`. */
#pragma once

#include "base/err.h"
#include "decision/policy.h"
#include "signature/trust.h"

/* A step holds a date and a time down to the second (20261201093000), so whoever numbers by dates may begin at any
 * time, and the numbers last for 90,000 of the largest steps. */
#define SERIAL_STEP 100000000000000ULL     /* 10^14: so much higher than the highest before it at most */
#define SERIAL_MOST 9000000000000000000ULL /* 9 * 10^18: below what an int64_t holds */

#define SIGNABLE_DAYS 30

/* The highest serial that a terminal accepts after `highest` (0: it has had none yet). 0: none can follow. */
uint64_t succession_most(uint64_t highest);

/* Refuses a policy that none can follow, wherever it is pushed. `next` are its own signers. -EKEYEXPIRED: at no time
 * from `issued` on are the certificates of its threshold valid; -ERANGE: its serial is beyond SERIAL_MOST. The reason
 * begins with the place in its text. */
int succession_check(const struct policy *p, const struct trust *next, struct err *err);

/* Refuses a serial that takes too large a step from `highest`. -ERANGE. The reason begins with the place. */
int succession_step(const struct policy *p, uint64_t highest, struct err *err);

/* True: there are no SIGNABLE_DAYS, from the first moment at or after `from_s` at which it can be signed, all through
 * which the certificates of the threshold are valid; *ret says whose are not. */
bool succession_ends(const struct trust *next, int64_t from_s, struct err *ret);
