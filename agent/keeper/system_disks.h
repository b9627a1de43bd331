/* SPDX-License-Identifier: MIT */
/* system_disks.h — the disks that this system stands on: what is mounted from a bus of its own, what / is made of, what
 * fstab and crypttab name, swap; through device mapper, md and btrfs down to whole disks. */
#pragma once

#include "keeper/sysfs_dirs.h"

#include <stdbool.h>

/* Why it is one, or was looked for: "mounted at /home", "fstab UUID=aa-bb", "crypttab /dev/sda2", "swap /dev/sda3". */
#define SYSTEM_WHY (SYSFS_DIRS_PATH + 16)

struct system_disks_told {
        /* The path beneath /sys of each one's device (maybe more than once). `needed`: / is on it, or fstab or crypttab
         * names it; else it is merely in use. */
        void (*found)(void *ctx, const char *path, const char *why, bool needed);
        void (*missing)(void *ctx, const char *why); /* named by fstab or crypttab, and not there */
        void *ctx;
};

/* What merely happens to be mounted from a bus for removable things (USB, memory card, optical, FireWire) is none; what
 * fstab mounts at boot is, whatever its bus. -errno: what is mounted cannot be told. */
int system_disks_find(const struct sysfs_dirs *g, const struct system_disks_told *tell, struct err *err);
