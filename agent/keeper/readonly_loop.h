/* SPDX-License-Identifier: MIT */
/* readonly_loop.h — how a disk is read that nobody may write: through a loop device whose one way to the disk is a
 * descriptor that the keeper opened for reading. The disk itself stays refused to everybody, root included; so there is
 * no node that SG_IO, BLKROSET or a remount could be tried on. See docs/adr/0131. */
#pragma once

#include "keeper/plane.h"
#include "keeper/sysfs_dirs.h"

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

/* Those that a keeper before us made, by what the kernel says of each loop device. */
void readonly_loops_restore(struct readonly_loops *v, const struct sysfs_dirs *g);

/* That there is one of this disk, as large as the medium that is in it now; none where there is no medium. */
int readonly_loops_keep(struct readonly_loops *v, const struct sysfs_dirs *g, const struct plane *p,
                        const struct disk *d, struct err *err);

/* No more of this disk: at once, or where it is mounted when it is not any more. Was there one? */
bool readonly_loops_drop(struct readonly_loops *v, const struct sysfs_dirs *g, uint64_t diskseq);

/* Open for reading whatever the map says, for this process alone and until it returns. The caller's to close, or
 * -errno: -ENODEV where the node is another device's, -ENOMEDIUM. */
int disk_open(const struct sysfs_dirs *g, const struct plane *p, const struct disk *d);
