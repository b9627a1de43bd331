/* SPDX-License-Identifier: MIT */
/* stack.h — from a block device down to the whole disks that it is made of: partitions, device mapper, md, btrfs.
 * Knows what the kernel says of them, and reads none. */
#pragma once

#include "keeper/ground.h"

#include <stdbool.h>

/* `path`: where the kernel keeps a whole disk, beneath /sys: devices/…/block/sda. Maybe more than once. */
typedef void stack_disk(void *ctx, const char *path);

/* What stands beneath /dev: sda1, mapper/home, disk/by-uuid/…; with a btrfs, all its members. False: there is none. */
bool stack_of_node(const struct ground *g, const char *node, stack_disk *disk, void *ctx);

/* By where the kernel keeps it, beneath /sys. */
void stack_of_path(const struct ground *g, const char *path, stack_disk *disk, void *ctx);

/* By its numbers: "8:1". False: no block device has them. */
bool stack_of_number(const struct ground *g, const char *number, stack_disk *disk, void *ctx);
