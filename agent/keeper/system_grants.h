/* SPDX-License-Identifier: MIT */
/* system_grants.h — finds and grants the disks that the system stands on: at the beginning, and again whenever more may
 * have been added. */
#pragma once

#include "keeper/grants.h"
#include "keeper/system/sysfs_dirs.h"

#include <stdbool.h>

#define SYSTEM_GRANTS_TEXT 1024

struct system_grants {
        const struct sysfs_dirs *dirs;
        struct grants *grants;
        /* Where a plane is in force already: did the system stand on this disk before? NULL: it begins. */
        bool (*was)(void *ctx, const char *path);
        void *ctx;
        bool early; /* what was granted may have to give way to a fixed disk that udev is still reading */
        char missing[SYSTEM_GRANTS_TEXT]; /* one line: what fstab and crypttab name and was not taken; "" : nothing */
        char unknown[SYSTEM_GRANTS_TEXT]; /* likewise: what is in use or needed, and nobody knows its disks */
        char twins[SYSTEM_GRANTS_TEXT];   /* likewise: which disks wear the name of one that was taken */
};

/* Grants all that the system stands on now, and nothing else; where a plane is in force already, only / and what it
 * stood on before. While a disk is missing, not understood or may be a copy, and udev is busy, waits, at most
 * `timeout_ms`; then the missing disk is logged and left out. -errno: the mounts cannot be read. -ENODATA: something in
 * use is of disks that nobody knows, and no plane is in force. */
int system_grants_find(struct system_grants *f, unsigned timeout_ms, struct err *err);

/* What has grown out of a disk of the system: an LVM may have been extended onto a disk that the policy let in. */
void system_grants_grown(struct system_grants *f);

/* Prints the same on standard output, with the reasons, and grants nothing. `ret_whole`: nothing is missing, and all is
 * understood; if not, the last line says what. */
int system_grants_list(const struct sysfs_dirs *g, bool *ret_whole, struct err *err);
