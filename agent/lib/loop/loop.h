/* SPDX-License-Identifier: MIT */
/* loop.h — one epoll loop. Sources live inside their owners; callbacks never wait; nothing wakes without a reason. */
#pragma once

#include "base/cleanup.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

struct loop;

#define container_of(p, type, member) ((type *)(void *)((char *)(p)-offsetof(type, member)))

/* A descriptor that somebody waits for. Its owner keeps it alive until loop_remove(). */
struct source {
        int fd;
        void (*ready)(struct source *source, uint32_t events); /* EPOLLIN … */
};

int loop_new(struct loop **ret);
void loop_free(struct loop *l);
CLEANUP(loop, struct loop *, loop_free)
#define auto_loop AUTO(loop)

int loop_add(struct loop *l, struct source *s, uint32_t events);
/* Safe inside any callback, also for a source that is about to be served in the same round. */
void loop_remove(struct loop *l, struct source *s);

/* Until loop_stop(). `idle` runs once whenever work was done and nothing more waits. */
int loop_run(struct loop *l, void (*idle)(void *ctx), void *ctx);
void loop_stop(struct loop *l);
void loop_resume(struct loop *l); /* after a stop, before the next run */

/* A timer on one clock. Disarmed, it costs nothing. */
struct timer {
        struct source source;
        struct loop *loop;
        void (*fired)(struct timer *t, bool clock_was_set);
};

/* CLOCK_MONOTONIC, or CLOCK_REALTIME: that one also fires, with clock_was_set, when somebody sets the clock and when
 * the machine comes back from sleep. */
int timer_init(struct timer *t, struct loop *l, clockid_t clock, void (*fired)(struct timer *, bool));
void timer_deinit(struct timer *t);
int timer_in_ms(struct timer *t, int64_t ms);  /* monotonic; negative: disarm */
int timer_at(struct timer *t, int64_t unix_s); /* realtime; INT64_MAX: never, but tell when the clock is set */
