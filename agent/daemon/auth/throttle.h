/* SPDX-License-Identifier: MIT */
/* throttle.h — how long one has to wait after failures. Pure. Counted for each person at each place, so that a stranger
 * at one counter does not shut an administrator out of another, and overall, so that changing places does not help. */
#pragma once

#include "decision/login.h"
#include "store/tally.h"

/* The place of an attempt, from what PAM knows; "" where PAM does not know. A remote host is one place, a seat is, and
 * so are all its consoles; all pseudo-terminals together are one, because anybody can have thousands. Never 0. */
uint64_t throttle_place(const char *seat, const char *tty, const char *rhost);

/* Seconds until the next attempt is looked at; 0: now. Failures up to `attempts` within the window cost nothing; each
 * further one pauses longer (a quarter of pause_s, a half, the whole, twice, at most 8 h). Beyond 100 failures in a row
 * from anywhere (SP 800-63B), every place waits pause_s between two attempts, and all places where the person has never
 * logged in count as one, while the seat and each place where they have keep turns of their own, which strangers
 * elsewhere cannot use up. No wait is for good: time alone ends it, and after a day without a failure those of a place
 * are forgotten. A clock that was set back makes nobody wait longer than a pause: failures dated in its future cause no
 * wait, and the next failure is counted from now. */
int64_t throttle_wait(const struct tally *t, const struct login_terms *terms, uint64_t place, int64_t now_s);

/* An attempt failed (counted before the verdict is told), or succeeded (that place and the overall count begin anew).
 * An attempt that had to wait is neither. */
void throttle_failed(struct tally *t, const struct login_terms *terms, uint64_t place, int64_t now_s);
void throttle_succeeded(struct tally *t, uint64_t place);
void throttle_forgive(struct tally *t); /* sekimori unlock */
