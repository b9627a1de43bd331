/* SPDX-License-Identifier: MIT */
/* media.h — the disks that the agent asked about: each is looked at once and after every change, and the result is kept
 * while the disk is present. Never blocks. Knows disks, not who may have them. */
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
        bool running, again; /* again: the result of the running look may be outdated */
        bool let_in;         /* the plane's map lets its process in */
        struct child child;
        struct source line;
        struct timer deadline;
};

struct media {
        struct loop *loop; /* NULL: no looks are made */
        const struct sysfs_dirs *dirs;
        const struct plane *plane;
        void (*found)(void *ctx, const char *path); /* `path` of the disk; media_of has the result */
        void *ctx;
        unsigned running;
        struct seen seen[MEDIA_MAX];
};

/* All pointers are borrowed. */
void media_init(struct media *m, struct loop *l, const struct sysfs_dirs *g, const struct plane *p,
                void (*found)(void *ctx, const char *path), void *ctx);
void media_deinit(struct media *m); /* harmless to repeat */

/* Look at this whole disk, as the kernel announced it. `rescan`: the disk was refused so far, so the kernel has to read
 * its partition table first. */
void media_look(struct media *m, const struct uevent *u, uint64_t diskseq, bool rescan);

/* This disk, or a partition of it, has changed: look again if it was looked at before. */
void media_changed(struct media *m, uint64_t diskseq);

/* Repeat the looks that run beneath this path: they were disturbed. */
void media_disturb(struct media *m, const char *above);

void media_gone(struct media *m, uint64_t diskseq);

/* Was this disk looked at, and could it be read? */
bool media_is_known(const struct media *m, uint64_t diskseq);

/* Of all disks beneath this path: the diskseq of the newest; encrypted if each disk that has a medium is; UUIDs only if
 * a single disk has a medium. False: not all have been looked at, or there is none. */
bool media_of(const struct media *m, const char *above, uint64_t *ret_diskseq, struct medium_facts *ret);
