/* SPDX-License-Identifier: MIT */
/* guest.h — a SOCK_SEQPACKET socket of ours with mode 0600, at which one peer at a time is heard: the newest, with our
 * own uid. Knows nobody's messages. */
#pragma once

#include "base/err.h"
#include "loop/loop.h"

#include <limits.h>

struct guest {
        struct source listening, line; /* line.fd -1: nobody is there */
        struct loop *loop;
        char address[PATH_MAX];
        void (*spoken)(struct guest *g);  /* something waits, or the peer has gone: read all, and guest_leave() */
        void (*arrived)(struct guest *g); /* NULL: nothing is to be said to it */
};

/* Listens at dir/name. What the one before has sent is read before the next one takes its place. The two functions are
 * set by the caller. */
int guest_listen(struct guest *g, struct loop *l, const char *dir, const char *name, struct err *err);
void guest_leave(struct guest *g); /* ends the connection, if there is one */
void guest_end(struct guest *g);   /* and stops listening */

static inline bool guest_is_there(const struct guest *g) {
        return g->line.fd >= 0;
}
