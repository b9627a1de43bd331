/* SPDX-License-Identifier: MIT */
/* disk_group.h — the whole disks that one thing is made of: a partition, a volume, a file system over several. */
#pragma once

#include "keeper/system/sysfs_dirs.h"

#include <stdbool.h>
#include <stddef.h>

#define DISK_GROUP_MAX 64

struct disk_group {
        const struct sysfs_dirs *dirs;
        size_t n;
        bool is_full;    /* there are more */
        bool needs_none; /* something of it is in memory or on a network: no disk is below that */
        struct {
                bool is_removable;
                char path[SYSFS_DIRS_PATH]; /* of the device that the disk belongs to: names like sda come and go */
        } disk[DISK_GROUP_MAX];
};

/* A blockdev_parents_disk whose `ctx` is the group. */
void disk_group_add(void *ctx, const char *block);

void disk_group_join(struct disk_group *g, const struct disk_group *more);

/* True: each disk of `g` is in `of`. */
bool disk_group_is_within(const struct disk_group *g, const struct disk_group *of);

bool disk_group_is_removable(const struct disk_group *g); /* one of its disks, at least */
