/* SPDX-License-Identifier: MIT */
/* blockdev_parents.h — from a block device down to the whole disks that it is made of: partitions, device mapper, md,
 * btrfs. Knows what the kernel says of them, and reads none. */
#pragma once

#include "keeper/sysfs_dirs.h"

#include <stdbool.h>

/* `path`: where the kernel keeps a whole disk, beneath /sys: devices/…/block/sda. Maybe more than once. */
typedef void blockdev_parents_disk(void *ctx, const char *path);

/* What stands beneath /dev: sda1, mapper/home, disk/by-uuid/…; with a btrfs, all its members. False: there is none. */
bool blockdev_parents_of_node(const struct sysfs_dirs *g, const char *node, blockdev_parents_disk *disk, void *ctx);

/* By where the kernel keeps it, beneath /sys. */
void blockdev_parents_of_path(const struct sysfs_dirs *g, const char *path, blockdev_parents_disk *disk, void *ctx);

/* By its numbers: "8:1". False: no block device has them. */
bool blockdev_parents_of_number(const struct sysfs_dirs *g, const char *number, blockdev_parents_disk *disk, void *ctx);
