/* SPDX-License-Identifier: MIT */
/* system_disks.h — the disks that this system stands on: mounted ones on a bus for fixed disks, those of /, those that
 * fstab and crypttab name, and swap; through device mapper, md and btrfs down to whole disks. */
#pragma once

#include "keeper/sysfs_dirs.h"

#include <stdbool.h>

/* Why a disk is one of them, or was looked for: "mounted at /home", "fstab UUID=aa-bb", "crypttab /dev/sda2", "swap
 * /dev/sda3". */
#define SYSTEM_WHY (SYSFS_DIRS_PATH + 16)

struct system_disks_told {
        /* The path beneath /sys of each one's device (maybe more than once). `needed`: / is on it, or fstab or crypttab
         * names it; else it is merely in use. */
        void (*found)(void *ctx, const char *path, const char *why, bool needed);
        void (*missing)(void *ctx, const char *why); /* named by fstab or crypttab, and not there */
        void *ctx;
};

/* A disk that is merely mounted, on a bus for removable things (USB, memory card, optical, FireWire), is none of them;
 * one that fstab mounts at boot is, whatever its bus. -errno: the mounts cannot be read. */
int system_disks_find(const struct sysfs_dirs *g, const struct system_disks_told *tell, struct err *err);
