/* SPDX-License-Identifier: MIT */
/* clock.h — the terminal's wall clock as the policy's calendar, and back. */
#pragma once

#include "decision/policy.h"

struct moment clock_now(void);

/* Seconds since the machine was started, asleep or not; this clock cannot be set. */
int64_t clock_boot_s(void);

/* CLOCK_MONOTONIC, in milliseconds: for deadlines that stand still while the machine sleeps. */
int64_t clock_ms(void);

/* The seconds since 1970 at which that local day and minute begins, daylight saving considered. */
int64_t clock_of(int32_t day, int32_t minute);

/* 2026-12-01T09:00:00+09:00, in the terminal's own zone; "" where there is no such date. `to` has CLOCK_TEXT bytes. */
#define CLOCK_TEXT 40
void clock_text(int64_t unix_s, char *to);
