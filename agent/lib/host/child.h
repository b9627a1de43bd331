/* SPDX-License-Identifier: MIT */
/* child.h — a program of ours in a process of its own, with one socket to it. */
#pragma once

#include "base/err.h"

#include <sys/types.h>

struct child {
        int fd; /* SOCK_SEQPACKET, non-blocking, close-on-exec; -1: none */
        pid_t pid;
};

#define CHILD_FD 3 /* the child's end, in the child */
#define CHILD_NONE ((struct child){ .fd = -1, .pid = -1 })

#define CHILDREN_MAX 640 /* running, or killed and not yet let go of by the kernel */

/* Start `program` ("sekimori-observer") from the folder of the running binary (/proc/self/exe), or, for a tool in bin/,
 * from ../lib/sekimori, with these arguments (at most 8, NULL-terminated, without argv[0]; may be NULL). It dies with
 * us (PDEATHSIG), blocks no signal, and has no other descriptor of ours than 0, 1, 2 and CHILD_FD.
 * -EAGAIN: there are CHILDREN_MAX already. */
int child_spawn(const char *program, const char *const *arguments, struct child *ret, struct err *err);

/* The same without arguments and without an environment: no library is preloaded into it. */
int child_spawn_alone(const char *program, struct child *ret, struct err *err);

/* A forked process that goes on in this program, at `run`, with the other end of the socket and all that we have open;
 * it dies with us. For a caller that cannot pass what is needed to another program. Errors as above. */
int child_fork(void (*run)(int fd, const void *ctx), const void *ctx, struct child *ret, struct err *err);

/* Kill the child and what it started, and close the socket; it is reaped as soon as the kernel has ended it, without
 * waiting. Safe on CHILD_NONE, and twice. */
void child_stop(struct child *c);

/* Reap the children that were stopped and have ended since. child_spawn and child_stop do the same; no other code needs
 * to. */
void children_reap(void);
