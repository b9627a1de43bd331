/* SPDX-License-Identifier: MIT */
/* system_grants.h — finds and grants the disks that the system stands on: at the beginning, and again whenever more may
 * have been added. */
#pragma once

#include "keeper/grants.h"
#include "keeper/sysfs_dirs.h"

#include <stdbool.h>

#define SYSTEM_GRANTS_MISSING 1024

struct system_grants {
        const struct sysfs_dirs *dirs;
        struct grants *grants;
        bool anything;                            /* also grant what is merely in use */
        bool (*was)(void *ctx, const char *path); /* which of these to grant; NULL: all */
        void *ctx;
        char missing[SYSTEM_GRANTS_MISSING]; /* one line: what fstab and crypttab name and is not there; "" : nothing */
};

/* Grants all that the system stands on now. While a disk is missing and udev is busy, waits for it, at most
 * `timeout_ms`; then the missing disk is logged and left out. -errno: the mounts cannot be read. */
int system_grants_find(struct system_grants *f, unsigned timeout_ms, struct err *err);

/* What / is made of now, and what fstab and crypttab name: an LVM may have grown onto a disk that the policy let in. */
void system_grants_grown(struct system_grants *f);

/* Prints the same on standard output, with the reasons, and grants nothing. `ret_whole`: nothing is missing. */
int system_grants_list(const struct sysfs_dirs *g, bool *ret_whole, struct err *err);
