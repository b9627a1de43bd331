/* SPDX-License-Identifier: MIT */
/* refusals.h — how much a terminal has refused of late, counted from its log by the caller, not by the agent: see
 * docs/adr/0115. */
#pragma once

#include <stdint.h>

struct refusals {
        uint64_t devices_day, devices_week; /* refused, and cut off */
        uint64_t logins_day, logins_week;   /* refused, made to wait, and sessions refused */
};

/* The last 24 hours and 7 days before now_s (seconds since 1970). -errno: the log cannot be read. */
int refusals_count(const char *state_dir, int64_t now_s, struct refusals *ret);
