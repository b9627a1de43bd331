/* SPDX-License-Identifier: MIT */
/* fold.h — limits how many events from one place are recorded one by one; beyond that they are counted. A place is a
 * port of the machine, or who asks for logins: whatever somebody can cause again and again. Knows no record and no
 * clock. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FOLD_BURST 32               /* records at once, for a place that was quiet */
#define FOLD_REFILL_MS 30000        /* and one more record in each such time */
#define FOLD_TELL_MS INT64_C(60000) /* how long after the first unrecorded event the count is recorded */
#define FOLD_PLACES 64
#define FOLD_MOST UINT64_C(1000000000000) /* counted at a place */
#define FOLD_NAME 64

struct fold_place {
        char name[FOLD_NAME];
        unsigned tokens;
        int64_t refilled_ms, used_ms;
        uint64_t untold;
        int64_t untold_since_ms;
};

struct fold {
        struct fold_place places[FOLD_PLACES]; /* all zeros to begin with */
};

/* The port of a device's path beneath /sys/devices: the root hub's own, with everything that hangs on it, because a
 * hub's devices come and go together. */
void fold_port(const char *path, char ret[FOLD_NAME]);

/* Is an event from this place recorded now? If not, it has been counted. */
bool fold_admits(struct fold *f, const char *name, int64_t now_ms);

/* So many events from this place were not recorded one by one: they are counted. */
void fold_count(struct fold *f, const char *name, uint64_t n, int64_t now_ms);

/* A place whose count is due (`all`: any place with a count); the caller records it and sets `untold` to 0. NULL:
 * none. */
struct fold_place *fold_due(struct fold *f, int64_t now_ms, bool all);
