/* SPDX-License-Identifier: MIT */
/* readonly_loop.h — how a disk is read that must not be written: through a loop device that reaches the disk only by a
 * descriptor that the keeper opened for reading. The disk itself stays refused to every process, root's included; so
 * there is no node that SG_IO, BLKROSET or a remount could be tried on. See docs/adr/0131. */
#pragma once

#include "keeper/plane.h"
#include "keeper/system/sysfs_dirs.h"

#define READONLY_LOOPS_MAX 64

struct disk {
        struct node node;
        uint64_t diskseq;
        const char *name; /* beneath /dev */
};

struct readonly_loops {
        struct view {
                uint64_t diskseq; /* 0: free */
                uint64_t bytes;
                unsigned loop;
        } view[READONLY_LOOPS_MAX];
};

/* Find the loop devices that an earlier keeper made, by what the kernel says of each loop device. */
void readonly_loops_restore(struct readonly_loops *v, const struct sysfs_dirs *g);

/* Ensure that this disk has a loop device as large as the medium that is in it now; none where there is no medium. */
int readonly_loops_keep(struct readonly_loops *v, const struct sysfs_dirs *g, const struct plane *p,
                        const struct disk *d, struct err *err);

/* Remove this disk's loop device: at once, or when it is no longer mounted. True: there was one. */
bool readonly_loops_drop(struct readonly_loops *v, const struct sysfs_dirs *g, uint64_t diskseq);

/* Remove those of disks that are gone, and of media that are no longer in their drives. */
void readonly_loops_sweep(struct readonly_loops *v, const struct sysfs_dirs *g);

/* Open the disk for reading whatever the map says; only this process may, and only until the function returns. The
 * caller closes the descriptor. -errno: -ENODEV where the node is another device's, -ENOMEDIUM. */
int disk_open(const struct sysfs_dirs *g, const struct plane *p, const struct disk *d);
