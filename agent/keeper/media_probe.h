/* SPDX-License-Identifier: MIT */
/* media_probe.h — one look at what is on a disk, in a process of its own: it opens the disk, enters its sandbox, reads,
 * and reports what it found. The report is as untrusted as the medium itself. */
#pragma once

#include "base/err.h"
#include "host/child.h"
#include "keeper/medium.h"
#include "keeper/readonly_loop.h"
#include "keeper/system/sysfs_dirs.h"

#define MEDIA_PROBE_PATH 512

/* What it is told. Valid in the child, which goes on in a copy of our memory (fork). */
struct media_probe_target {
        const struct sysfs_dirs *dirs;
        struct node node;
        char name[64];               /* beneath /dev */
        char path[MEDIA_PROBE_PATH]; /* beneath /sys */
        bool rescan;                 /* have the kernel read the partition table first: it could not, before */
};

enum media_probe_word {
        MEDIA_PROBE_NOTHING, /* no message yet */
        MEDIA_PROBE_OPENED,  /* the disk is open: its process need not be let in any more */
        MEDIA_PROBE_DONE,    /* finished; `ret` has the result */
        MEDIA_PROBE_FAILED,  /* the process ended, or its message is malformed */
};

/* The process does nothing until media_probe_go: it must be let in first. */
int media_probe_start(const struct media_probe_target *at, struct child *ret, struct err *err);
int media_probe_go(const struct child *c);

/* Receive one message of the process; `ret` is set with MEDIA_PROBE_DONE. */
enum media_probe_word media_probe_hear(const struct child *c, struct medium_facts *ret);

/* Enter the sandbox: only reading `disk` and sending to `to` stay allowed. -errno: do not go on. */
int media_probe_lock(int disk, int to);

/* The part after the opening, for a descriptor that is open already: enter the sandbox, look, answer at `to`. Does not
 * return. */
_Noreturn void media_probe_shut_in(int fd, int to, uint64_t size, const struct span *spans, size_t n);
