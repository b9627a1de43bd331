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

/* Start `program` ("sekimori-observer") from the folder of the running binary, or, for a tool in bin/, from
 * ../lib/sekimori, with these arguments (NULL-terminated, without argv[0]; may be NULL). It dies with us, and has no
 * other descriptor of ours than 0, 1, 2 and CHILD_FD. */
int child_spawn(const char *program, const char *const *arguments, struct child *ret, struct err *err);

/* Kill and close; reaped as soon as the kernel lets go of it, never waited for. Safe on CHILD_NONE. */
void child_stop(struct child *c);

/* Whether somebody runs in it: reaps those that ended. Called by child_spawn; nobody else needs to. */
void children_reap(void);
