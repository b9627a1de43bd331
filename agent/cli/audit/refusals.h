/* SPDX-License-Identifier: MIT */
/* refusals.h — how much a terminal has refused of late, counted from its log by the caller, not by the agent: see
 * docs/adr/0115. */
#pragma once

#include <jansson.h>
#include <stdint.h>

enum refused_plane {
        PLANE_DEVICES, /* refused, and cut off */
        PLANE_LOGINS,  /* refused, made to wait, and sessions refused */
        PLANE_NETWORK, /* kinds of packets, each once in an hour */
        PLANES,
};
extern const char *const refused_planes[PLANES]; /* what programs call them */

struct refusals {
        uint64_t day[PLANES], week[PLANES];
};

/* {"devices": {"day": 1, "week": 2}, …} */
json_t *refusals_object(const struct refusals *r);

/* The last 24 hours and 7 days before now_s (seconds since 1970). -errno: the log cannot be read. */
int refusals_count(const char *state_dir, int64_t now_s, struct refusals *ret);
