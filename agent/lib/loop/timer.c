/* SPDX-License-Identifier: MIT */
/* timer.c — timers as descriptors of the loop. */
#include "loop/loop.h"

#include <errno.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <unistd.h>

static void timer_expired(struct source *s, uint32_t events) {
        struct timer *t = container_of(s, struct timer, source);
        uint64_t times;
        ssize_t n = read(s->fd, &times, sizeof times);

        (void)events;
        if (n < 0 && errno != ECANCELED)
                return; /* EAGAIN: disarmed meanwhile */
        t->fired(t, n < 0);
}

int timer_init(struct timer *t, struct loop *l, clockid_t clock, void (*fired)(struct timer *, bool)) {
        int r;

        *t = (struct timer){ .source = { .fd = timerfd_create(clock, TFD_CLOEXEC | TFD_NONBLOCK),
                                         .ready = timer_expired },
                             .loop = l,
                             .fired = fired };
        if (t->source.fd < 0)
                return -errno;
        r = loop_add(l, &t->source, EPOLLIN);
        if (r < 0) {
                (void)close(t->source.fd);
                t->source.fd = -1;
        }
        return r;
}

void timer_deinit(struct timer *t) {
        if (!t->loop || t->source.fd < 0)
                return;
        loop_remove(t->loop, &t->source);
        (void)close(t->source.fd);
        t->source.fd = -1;
}

static int timer_arm(struct timer *t, int flags, struct timespec when) {
        struct itimerspec spec = { .it_value = when };

        return timerfd_settime(t->source.fd, flags, &spec, NULL) < 0 ? -errno : 0;
}

int timer_in_ms(struct timer *t, int64_t ms) {
        if (ms < 0)
                return timer_arm(t, 0, (struct timespec){ 0 });
        if (ms == 0)
                return timer_arm(t, 0, (struct timespec){ .tv_nsec = 1 }); /* zero would disarm */
        return timer_arm(t, 0, (struct timespec){ .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000 });
}

int timer_at(struct timer *t, int64_t unix_s) {
        const int64_t never = 253402300799; /* the end of year 9999 */

        if (unix_s < 1)
                unix_s = 1;
        return timer_arm(t, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET,
                         (struct timespec){ .tv_sec = unix_s < never ? unix_s : never });
}
