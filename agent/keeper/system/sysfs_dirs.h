/* SPDX-License-Identifier: MIT */
/* sysfs_dirs.h — the directories that the keeper looks into; a test has its own. */
#pragma once

#include "base/err.h"

struct sysfs_dirs {
        int sys, proc, etc, dev, run; /* /sys, /proc, /etc, /dev, /run */
};

int sysfs_dirs_open(struct sysfs_dirs *g, struct err *err);
void sysfs_dirs_close(struct sysfs_dirs *g);

/* The kernel's path of a block device: "devices/pci0000:00/…/block/sda/sda1". `link` is beneath /sys: class/block/sda1,
 * dev/block/8:1. -errno. */
#define SYSFS_DIRS_PATH 512
int sysfs_dirs_block(const struct sysfs_dirs *g, const char *link, char ret[SYSFS_DIRS_PATH]);
