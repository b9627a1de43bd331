/* SPDX-License-Identifier: MIT */
/* fold.h — how often what comes and goes at one port of the machine is recorded one by one; beyond that it is counted.
 * All that hangs on the port counts with it: a hub's devices come and go together. Knows no record and no clock. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#define FOLD_BURST 32        /* at once, of a port that was quiet */
#define FOLD_REFILL_MS 30000 /* and one more each so often */
#define FOLD_TELL_MS                                                                                                   \
        INT64_C(60000) /* so long after the first that was not recorded, it is told how many there were                \
                        */
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

/* What happens at this path beneath /sys/devices, now: record it? Else it has been counted. */
bool fold_admits(struct fold *f, const char *path, int64_t now_ms);

/* A port with something to be told by now (`all`: or ever); the caller tells it and sets `untold` to 0. NULL: none. */
struct fold_port *fold_due(struct fold *f, int64_t now_ms, bool all);
