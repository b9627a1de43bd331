/* SPDX-License-Identifier: MIT */
/* media.h — the disks that somebody asked about: each is looked at, once and whenever it has changed, and what was
 * found is kept for as long as it is there. Waits for nobody. Knows disks, not who may have them. */
#pragma once

#include "keeper/media_probe.h"
#include "keeper/uevent.h"
#include "loop/loop.h"

#define MEDIA_MAX 64
#define MEDIA_PROBES_MAX 8 /* at once; the unit's TasksMax= has room for them */

struct media;

struct seen {
        struct media *media;
        struct media_probe_target at;
        uint64_t diskseq; /* 0: free */
        struct medium_facts medium;
        bool running, again; /* again: what is said now may be of before */
        bool let_in;         /* the plane names its process */
        struct child child;
        struct source line;
        struct timer deadline;
};

struct media {
        struct loop *loop; /* NULL: nobody looks */
        const struct sysfs_dirs *dirs;
        const struct plane *plane;
        void (*found)(void *ctx, const char *path); /* of the disk; media_of says what */
        void *ctx;
        unsigned running;
        struct seen seen[MEDIA_MAX];
};

/* Borrowed: all of it. */
void media_init(struct media *m, struct loop *l, const struct sysfs_dirs *g, const struct plane *p,
                void (*found)(void *ctx, const char *path), void *ctx);
void media_deinit(struct media *m); /* harmless to repeat */

/* Look at this whole disk, as the kernel announced it. `rescan`: nobody may have it open. */
void media_look(struct media *m, const struct uevent *u, uint64_t diskseq, bool rescan);

/* This disk, or a partition of it, has changed: look again where it was looked at. */
void media_changed(struct media *m, uint64_t diskseq);

/* What is being looked at just now beneath this path was disturbed. */
void media_disturb(struct media *m, const char *above);

void media_gone(struct media *m, uint64_t diskseq);

/* Was this disk looked at, and something read on it? */
bool media_is_known(const struct media *m, uint64_t diskseq);

/* Of all disks beneath this path: the newest one's number; encrypted where each that has a medium is; UUIDs where
 * one has. False: not all have been looked at, or there is none. */
bool media_of(const struct media *m, const char *above, uint64_t *ret_diskseq, struct medium_facts *ret);
