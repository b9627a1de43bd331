/* SPDX-License-Identifier: MIT */
/* grants.h — which devices' disks are let in: the agent's word for what is plugged in, our own for the disks that the
 * system stands on. Paths beneath /sys. */
#pragma once

#include "keeper/plane.h"

#define GRANTS_MOST 256
#define GRANT_PATH 512

struct grants {
        struct grant {
                uint32_t mode;
                char path[GRANT_PATH]; /* "" : free */
        } grant[GRANTS_MOST];
};

/* The device itself, or anything below it. */
bool path_covers(const char *above, const char *path);

/* Replaces what stood for this very path. -ENOSPC, -ENAMETOOLONG. */
int grants_set(struct grants *g, const char *path, uint32_t mode);

/* Of this path, and of all below it. */
void grants_drop(struct grants *g, const char *path);

/* By the longest path that covers it; NULL: by none. */
const struct grant *grants_find(const struct grants *g, const char *path);
