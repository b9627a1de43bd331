/* SPDX-License-Identifier: MIT */
/* fold.h — limits how many events at one port of the machine are recorded one by one; beyond that they are counted. All
 * devices behind the port count with it: a hub's devices come and go together. Knows no record and no clock. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#define FOLD_BURST 32               /* records at once, for a port that was quiet */
#define FOLD_REFILL_MS 30000        /* and one more record in each such time */
#define FOLD_TELL_MS INT64_C(60000) /* how long after the first unrecorded event the count is recorded */
#define FOLD_PORTS 64

struct fold_port {
        char port[64];
        unsigned tokens;
        int64_t refilled_ms, used_ms;
        unsigned untold;
        int64_t untold_since_ms;
};

struct fold {
        struct fold_port ports[FOLD_PORTS]; /* all zeros to begin with */
};

/* Is an event at this path beneath /sys/devices recorded now? If not, it has been counted. */
bool fold_admits(struct fold *f, const char *path, int64_t now_ms);

/* A port whose count is due (`all`: any port with a count); the caller records it and sets `untold` to 0. NULL:
 * none. */
struct fold_port *fold_due(struct fold *f, int64_t now_ms, bool all);
