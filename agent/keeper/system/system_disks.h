/* SPDX-License-Identifier: MIT */
/* system_disks.h — the disks that this system stands on: what / is made of, what is mounted of fixed disks, what fstab
 * and crypttab name, and swap; down to whole disks. What is mounted is known by the kernel's numbers. A name is
 * followed only where nothing is mounted yet, and only to a fixed disk: anybody can write the same name onto a medium.
 */
#pragma once

#include "keeper/system/sysfs_dirs.h"

#include <stdbool.h>

/* Why a disk is one of them, or was looked for: "mounted at /home", "fstab UUID=aa-bb", "crypttab /dev/sda2", "swap
 * /dev/sda3". */
#define SYSTEM_WHY (2 * SYSFS_DIRS_PATH + 16)

struct system_disks_told {
        /* The path beneath /sys of each one's device (maybe more than once). `early`: it is removable and not what / is
         * made of; a fixed disk of the same name would take its place, once udev has read that. */
        void (*found)(void *ctx, const char *path, const char *why, bool early);
        /* Named by fstab or crypttab, and not taken: it is not there, or on a removable bus and not in use. */
        void (*missing)(void *ctx, const char *why);
        /* A disk that wears the same name as one that was taken. */
        void (*twin)(void *ctx, const char *path, const char *why);
        /* In use, or needed, and nobody can tell which disks it is made of. */
        void (*unknown)(void *ctx, const char *why);
        /* Did the system stand on this one before? Where it is not NULL, only what has such a disk, and / itself, is
         * found. */
        bool (*stood)(void *ctx, const char *path);
        void *ctx;
};

/* -errno: the mounts or the tables cannot be read. */
int system_disks_find(const struct sysfs_dirs *g, const struct system_disks_told *tell, struct err *err);

/* What LVM, md, device mapper, btrfs and bcachefs have made of a disk that the system stands on (`stood`) and of
 * others: those are found, whatever their bus, by what the kernel has open and never by a name. */
void system_disks_grown(const struct sysfs_dirs *g, const struct system_disks_told *tell);
