/* SPDX-License-Identifier: MIT */
/* disk_names.h — which block devices wear a name that fstab or crypttab uses. A name is bytes on a medium, which
 * anybody can write: more than one may wear it. */
#pragma once

#include "keeper/sysfs_dirs.h"

#include <stdbool.h>
#include <stddef.h>

#define DISK_NAMES_MAX 64

struct disk_names {
        size_t n;
        bool is_full;                    /* there are more */
        char device[DISK_NAMES_MAX][64]; /* the kernel's names: "sda1" */
};

/* UUID=…, LABEL="…", /dev/… as a name beneath /dev: "disk/by-uuid/…". False: it names no device (a network, a file). */
#define DISK_NAMES_NODE (2 * SYSFS_DIRS_PATH)
bool disk_names_node(const char *source, char ret[DISK_NAMES_NODE]);

/* First the one that udev's link leads to, then all others that udev's database says would have that link. */
void disk_names_wearers(const struct sysfs_dirs *g, const char *node, struct disk_names *ret);

/* Are these two members of one btrfs or bcachefs, and neither a copy of the other? As udev has read them. */
bool disk_names_are_members(const struct sysfs_dirs *g, const char *a, const char *b);
