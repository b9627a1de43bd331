/* SPDX-License-Identifier: MIT */
/* prune.h — which rotated log is to be removed: the oldest, if its records have been kept long enough, or if all
 * rotated logs take more room than allowed. Knows files, not what is recorded of the removal. */
#pragma once

#include "audit/hash.h"

#include <stdint.h>
#include <time.h>

#define PRUNE_BYTES (UINT64_C(1) << 30) /* all rotated logs together */

struct prune_rules {
        uint64_t bytes;  /* the most that rotated logs may take */
        uint64_t keep_s; /* how long a record is kept; 0: as long as there is room */
        time_t now;
};

struct pruned {
        char file[48];
        uint64_t first, last;   /* numbers of its records; last 0: it could not be read */
        char digest[HASH_TEXT]; /* of its last line, which the next record carries as `prev`; "" */
        const char *reason;     /* "age", "bound" */
};

/* 1: that file must go, and *ret says what is lost; 0: all may stay; -errno. */
int prune_choose(int dirfd, const struct prune_rules *rules, struct pruned *ret);

int prune_remove(int dirfd, const struct pruned *p);
