/* SPDX-License-Identifier: MIT */
/* system_grants.h — what the system stands on, found and granted: at the beginning, and again whenever it may have
 * grown. */
#pragma once

#include "keeper/grants.h"
#include "keeper/sysfs_dirs.h"

#include <stdbool.h>

#define SYSTEM_GRANTS_MISSING 1024

struct system_grants {
        const struct sysfs_dirs *dirs;
        struct grants *grants;
        bool anything;                            /* not only what is needed, but all that is in use */
        bool (*was)(void *ctx, const char *path); /* of that, only this; NULL: all of it */
        void *ctx;
        char missing[SYSTEM_GRANTS_MISSING]; /* one line: what fstab and crypttab name and is not there; "" : nothing */
};

/* Grants all that the system stands on now. While something is missing and udev has something to do, it is waited for,
 * as long as that at most; then it is said, and goes without. -errno: what is mounted cannot be told. */
int system_grants_find(struct system_grants *f, unsigned timeout_ms, struct err *err);

/* What / is made of now, and what fstab and crypttab name: an LVM may have grown onto a disk that the policy let in. */
void system_grants_grown(struct system_grants *f);

/* The same on standard output, with the reasons, and nothing is granted. `ret_whole`: nothing is missing. */
int system_grants_list(const struct sysfs_dirs *g, bool *ret_whole, struct err *err);
