/* SPDX-License-Identifier: MIT */
/* caller.h — connects to a socket in a folder, now and whenever it appears there. Only root may listen in that folder,
 * so whoever does is who it is taken for. Knows nobody's messages. */
#pragma once

#include "base/err.h"
#include "loop/loop.h"

#include <limits.h>

struct caller {
        struct source folder, line; /* line.fd -1: nobody is there */
        struct loop *loop;
        char dir[PATH_MAX];
        const char *name;
        void (*appeared)(struct caller *c); /* the socket has: caller_call(), if it is wanted */
        void (*spoken)(struct caller *c);   /* something waits, or the peer has gone: read, and caller_hang_up() */
};

/* Whether or not the socket is there now. The two functions are set by the caller; `name` stays as long as this does.
 */
int caller_watch(struct caller *c, struct loop *l, const char *dir, const char *name, struct err *err);

/* After hanging up, if there was a connection: 0, or -errno where nobody listens. */
int caller_call(struct caller *c);
void caller_hang_up(struct caller *c);
void caller_end(struct caller *c); /* hangs up, and watches no more */

static inline bool caller_is_connected(const struct caller *c) {
        return c->line.fd >= 0;
}
