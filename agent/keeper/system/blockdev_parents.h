/* SPDX-License-Identifier: MIT */
/* blockdev_parents.h — from a block device down to the whole disks that it is made of: partitions, device mapper, md,
 * btrfs, bcachefs. Uses what the kernel says of the devices; never reads from one. */
#pragma once

#include "keeper/system/sysfs_dirs.h"

#include <stdbool.h>

/* `path`: of a whole disk, beneath /sys: devices/…/block/sda. The same disk may be reported more than once. */
typedef void blockdev_parents_disk(void *ctx, const char *path);

/* The kernel's name of what stands there beneath /dev. False: there is no such device. */
bool blockdev_parents_name(const struct sysfs_dirs *g, const char *node, char ret[SYSFS_DIRS_PATH]);

/* `node`: a name beneath /dev: sda1, mapper/home, disk/by-uuid/…; where the kernel has a btrfs or bcachefs open that it
 * belongs to, all members count. False: there is no such device. */
bool blockdev_parents_of_node(const struct sysfs_dirs *g, const char *node, blockdev_parents_disk *disk, void *ctx);

/* `path`: of a block device, beneath /sys. */
void blockdev_parents_of_path(const struct sysfs_dirs *g, const char *path, blockdev_parents_disk *disk, void *ctx);

/* `number`: major and minor, "8:1". False: no block device has them. */
bool blockdev_parents_of_number(const struct sysfs_dirs *g, const char *number, blockdev_parents_disk *disk, void *ctx);

/* Everything that the kernel has set up of disks, one after the other: each volume, each btrfs and bcachefs.
 * `whole` is called when all disks of one were reported. */
void blockdev_parents_each(const struct sysfs_dirs *g, blockdev_parents_disk *disk, void (*whole)(void *ctx),
                           void *ctx);
