/* SPDX-License-Identifier: MIT */
/* watch.c — timers on the loop: a scan has a deadline of 10 s; the delay before a new observer starts at 20 ms,
 * doubles up to 5 s, and is 20 ms again once a scan is complete. See watch.h. */
#include "gate/watch.h"

#include <errno.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>

#define BACKOFF_FIRST_MS 20
#define BACKOFF_MAX_MS 5000
#define SCAN_DEADLINE_MS 10000 /* a hub storm of hundreds of devices is told in far less */
#define ROUND 64               /* sightings served before others get their turn */

static void watch_replace(struct watch *w, const char *why) {
        loop_remove(w->loop, &w->source);
        child_stop(&w->observer);
        w->source.fd = -1;
        (void)timer_in_ms(&w->deadline, -1);
        w->lost(w, why);
        (void)timer_in_ms(&w->again, w->backoff_ms);
        w->backoff_ms = w->backoff_ms * 2 < BACKOFF_MAX_MS ? w->backoff_ms * 2 : BACKOFF_MAX_MS;
}

static void watch_hear(struct watch *w, const struct sighting *s) {
        if (s->type == SIGHTING_LOST) {
                watch_rescan(w);
        } else if (s->type != SIGHTING_SCANNED) {
                w->sighted(w, s);
        } else if (s->scan == w->scan) { /* an older number: another scan was asked for meanwhile */
                (void)timer_in_ms(&w->deadline, -1);
                w->backoff_ms = BACKOFF_FIRST_MS;
                w->scanned(w);
        }
}

static void watch_readable(struct source *source, uint32_t events) {
        struct watch *w = container_of(source, struct watch, source);

        (void)events;
        for (int i = 0; i < ROUND && w->source.fd >= 0; i++) {
                struct sighting s;
                int r = observer_read(&w->observer, &s);

                if (r == 0)
                        return;
                if (r < 0) {
                        watch_replace(w, r == -EBADMSG ? "it sent what no observer sends" : "it ended");
                        return;
                }
                watch_hear(w, &s);
        }
}

static void watch_start_observer(struct timer *t, bool clock_was_set) {
        struct watch *w = container_of(t, struct watch, again);
        struct err err = { 0 };
        int r = observer_spawn(&w->observer, &err);

        (void)clock_was_set;
        if (r == 0) {
                w->source = (struct source){ .fd = w->observer.fd, .ready = watch_readable };
                r = loop_add(w->loop, &w->source, EPOLLIN);
        }
        if (r < 0) {
                watch_replace(w, err.text[0] ? err.text : "it could not be watched");
                return;
        }
        watch_rescan(w);
}

static void watch_overdue(struct timer *t, bool clock_was_set) {
        (void)clock_was_set;
        watch_replace(container_of(t, struct watch, deadline), "it did not answer");
}

int watch_start(struct watch *w, struct loop *l) {
        int r;

        w->loop = l;
        w->observer = CHILD_NONE;
        w->source.fd = w->again.source.fd = w->deadline.source.fd = -1;
        w->backoff_ms = BACKOFF_FIRST_MS;
        r = timer_init(&w->again, l, CLOCK_MONOTONIC, watch_start_observer);
        if (r == 0)
                r = timer_init(&w->deadline, l, CLOCK_MONOTONIC, watch_overdue);
        if (r == 0)
                r = timer_in_ms(&w->again, 0);
        return r;
}

void watch_stop(struct watch *w) {
        if (!w->loop)
                return;
        loop_remove(w->loop, &w->source);
        child_stop(&w->observer);
        timer_deinit(&w->again);
        timer_deinit(&w->deadline);
}

void watch_rescan(struct watch *w) {
        if (w->source.fd < 0)
                return; /* the next observer begins with a scan */
        if (observer_scan(&w->observer, ++w->scan) < 0) {
                watch_replace(w, "it does not listen");
                return;
        }
        (void)timer_in_ms(&w->deadline, SCAN_DEADLINE_MS);
}

bool watch_settled(const struct watch *w) {
        struct itimerspec left = { 0 };

        return w->source.fd >= 0 && timerfd_gettime(w->deadline.source.fd, &left) == 0 && left.it_value.tv_sec == 0
               && left.it_value.tv_nsec == 0;
}
