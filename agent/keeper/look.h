/* SPDX-License-Identifier: MIT */
/* look.h — one look at what is on a disk, in a process of its own: it opens the disk, shuts itself in, reads, and says
 * what it found. What it says is as little to be believed as the medium itself. */
#pragma once

#include "base/err.h"
#include "host/child.h"
#include "keeper/ground.h"
#include "keeper/medium.h"
#include "keeper/views.h"

#define LOOK_PATH 512

/* What it is told. Everything that it needs of us, by value: it goes on in a copy of our memory. */
struct look_at {
        const struct ground *ground;
        struct node node;
        char name[64];        /* beneath /dev */
        char path[LOOK_PATH]; /* beneath /sys */
        bool rescan;          /* have the kernel read the partition table first: it could not, before */
};

enum look_word {
        LOOK_NOTHING, /* yet */
        LOOK_OPENED,  /* it has the disk open: nobody needs to be let in for it any more */
        LOOK_DONE,    /* with what it found */
        LOOK_FAILED,  /* it ended, or says what no such process says */
};

/* Does nothing until it is told to go on: its process must be let in first. */
int look_start(const struct look_at *at, struct child *ret, struct err *err);
int look_go(const struct child *c);

/* What it says now; `ret` is set with LOOK_DONE. */
enum look_word look_hear(const struct child *c, struct medium_facts *ret);

/* No more than reading this disk, and saying something at `to`. -errno: do not go on. */
int look_lock(int disk, int to);

/* The part behind the opening, for a descriptor that is open already: shut in, look, answer at `to`. Does not return.
 */
_Noreturn void look_shut_in(int fd, int to, uint64_t size, const struct span *spans, size_t n);
