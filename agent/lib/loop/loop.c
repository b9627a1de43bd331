/* SPDX-License-Identifier: MIT */
/* loop.c — epoll_wait in batches of 32: without waiting while there is work, else without a timeout; loop_remove also
 * takes the source out of the current batch. See loop.h. */
#include "loop/loop.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <unistd.h>

#define BATCH 32

struct loop {
        int fd;
        bool stopping;
        int n_ready;
        struct epoll_event ready[BATCH]; /* a removed source is blanked here, so that it is not called any more */
};

int loop_new(struct loop **ret) {
        struct loop *l = calloc(1, sizeof *l);

        if (!l)
                return -ENOMEM;
        l->fd = epoll_create1(EPOLL_CLOEXEC);
        if (l->fd < 0) {
                free(l);
                return -errno;
        }
        *ret = l;
        return 0;
}

void loop_free(struct loop *l) {
        if (!l)
                return;
        (void)close(l->fd);
        free(l);
}

int loop_add(struct loop *l, struct source *s, uint32_t events) {
        struct epoll_event e = { .events = events, .data.ptr = s };

        return epoll_ctl(l->fd, EPOLL_CTL_ADD, s->fd, &e) < 0 ? -errno : 0;
}

void loop_remove(struct loop *l, struct source *s) {
        if (s->fd < 0)
                return;
        (void)epoll_ctl(l->fd, EPOLL_CTL_DEL, s->fd, NULL);
        for (int i = 0; i < l->n_ready; i++)
                if (l->ready[i].data.ptr == s)
                        l->ready[i].data.ptr = NULL;
}

void loop_stop(struct loop *l) {
        l->stopping = true;
}

void loop_resume(struct loop *l) {
        l->stopping = false;
}

static void loop_serve(struct loop *l) {
        for (int i = 0; i < l->n_ready && !l->stopping; i++) {
                struct source *s = l->ready[i].data.ptr;

                if (s)
                        s->ready(s, l->ready[i].events);
        }
        l->n_ready = 0;
}

int loop_run(struct loop *l, void (*idle)(void *ctx), void *ctx) {
        bool worked = true;

        while (!l->stopping) {
                l->n_ready = epoll_wait(l->fd, l->ready, BATCH, worked ? 0 : -1);
                if (l->n_ready < 0) {
                        l->n_ready = 0;
                        if (errno != EINTR)
                                return -errno;
                } else if (l->n_ready == 0) {
                        idle(ctx);
                        worked = false;
                } else {
                        worked = true;
                        loop_serve(l);
                }
        }
        return 0;
}
