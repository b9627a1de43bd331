/* SPDX-License-Identifier: MIT */
/* clock_set.h — a computer whose clock is set, without setting this one's: for code linked into a test program. */
#pragma once

/* The next timer_at() is answered as the kernel does when somebody sets the clock, or the computer wakes up: with
 * ECANCELED, at once. */
void clock_will_be_set(void);
