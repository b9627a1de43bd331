/* SPDX-License-Identifier: MIT */
/* ground.h — the directories that the keeper looks into; a test has its own. */
#pragma once

#include "base/err.h"

struct ground {
        int sys, proc, etc, dev; /* /sys, /proc, /etc, /dev */
};

int ground_open(struct ground *g, struct err *err);
void ground_close(struct ground *g);

/* Where the kernel keeps a block device: "devices/pci0000:00/…/block/sda/sda1". `link` is beneath /sys:
 * class/block/sda1, dev/block/8:1. -errno. */
#define GROUND_PATH 512
int ground_block(const struct ground *g, const char *link, char ret[GROUND_PATH]);
