/* SPDX-License-Identifier: MIT */
/* hours.h — the times of the week at which a rule holds. Knows no clock.
 *
 *   hours  = window { "," window }            mon-fri 08:30-12:00, 13:00-17:15
 *   window = [ days " " ] time "-" time       sat,sun 10:00-12:00
 *   days   = day-range { "," day-range }      mon,wed-fri
 *   time   = HH:MM, 00:00 … 24:00
 *
 * The start is inclusive, the end is not: 08:30-17:15 ends with 17:14:59. A window whose end is before its start runs
 * past midnight and belongs to the day it starts on. A range of days may run past Sunday (sat-mon). A window without
 * days takes those of the window before it; the first one without days is for every day. */
#pragma once

#include "decision/policy.h"

#include <stdbool.h>
#include <stdint.h>

#define HOURS_WINDOWS 32 /* a window past midnight counts twice */
#define DAY_MINUTES 1440

struct window {
        uint16_t from, until; /* minutes of the day, [from, until), until <= DAY_MINUTES */
        uint32_t days;        /* bit 0 Monday … bit 6 Sunday */
};

struct hours {
        uint32_t n;
        struct window windows[HOURS_WINDOWS];
};

/* NULL on success, else why not. */
const struct phrase *hours_parse(const char *s, struct hours *ret);

bool hours_hold(const struct hours *h, const struct moment *now);

/* The next moment after `now` at which a window opens or closes: true, with minutes since 1970-01-01 00:00 local. */
bool hours_next_change(const struct hours *h, const struct moment *now, int64_t *ret_minute);
