/* SPDX-License-Identifier: MIT */
/* media_probe.h — one look at what is on a disk, in a process of its own: it opens the disk, shuts itself in, reads,
 * and says what it found. What it says is as little to be believed as the medium itself. */
#pragma once

#include "base/err.h"
#include "host/child.h"
#include "keeper/medium.h"
#include "keeper/readonly_loop.h"
#include "keeper/sysfs_dirs.h"

#define MEDIA_PROBE_PATH 512

/* What it is told. Everything that it needs of us, by value: it goes on in a copy of our memory. */
struct media_probe_target {
        const struct sysfs_dirs *dirs;
        struct node node;
        char name[64];               /* beneath /dev */
        char path[MEDIA_PROBE_PATH]; /* beneath /sys */
        bool rescan;                 /* have the kernel read the partition table first: it could not, before */
};

enum media_probe_word {
        MEDIA_PROBE_NOTHING, /* yet */
        MEDIA_PROBE_OPENED,  /* it has the disk open: nobody needs to be let in for it any more */
        MEDIA_PROBE_DONE,    /* with what it found */
        MEDIA_PROBE_FAILED,  /* it ended, or says what no such process says */
};

/* Does nothing until it is told to go on: its process must be let in first. */
int media_probe_start(const struct media_probe_target *at, struct child *ret, struct err *err);
int media_probe_go(const struct child *c);

/* What it says now; `ret` is set with MEDIA_PROBE_DONE. */
enum media_probe_word media_probe_hear(const struct child *c, struct medium_facts *ret);

/* No more than reading this disk, and saying something at `to`. -errno: do not go on. */
int media_probe_lock(int disk, int to);

/* The part behind the opening, for a descriptor that is open already: shut in, look, answer at `to`. Does not return.
 */
_Noreturn void media_probe_shut_in(int fd, int to, uint64_t size, const struct span *spans, size_t n);
