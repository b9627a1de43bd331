/* SPDX-License-Identifier: MIT */
/* watchdog.c — a timer on the loop: sd_notify WATCHDOG=1 at half the time systemd allows. See watchdog.h. */
#include "loop/watchdog.h"

#include <errno.h>
#include <systemd/sd-daemon.h>

struct watchdog {
        struct timer timer;
        int64_t period_ms;
};

static void watchdog_tell(struct timer *t, bool clock_was_set) {
        struct watchdog *w = container_of(t, struct watchdog, timer);

        (void)clock_was_set;
        (void)sd_notify(0, "WATCHDOG=1");
        (void)timer_in_ms(t, w->period_ms);
}

int watchdog_new(struct loop *l, struct watchdog **ret) {
        auto_watchdog w = NULL;
        uint64_t timeout_us;
        int r = sd_watchdog_enabled(1, &timeout_us); /* 1: unset the variables, so that no child inherits them */

        if (r <= 0)
                return r;
        w = calloc(1, sizeof *w);
        if (!w)
                return -ENOMEM;
        w->period_ms = (int64_t)(timeout_us / 2000);
        r = timer_init(&w->timer, l, CLOCK_MONOTONIC, watchdog_tell);
        if (r == 0)
                r = timer_in_ms(&w->timer, w->period_ms);
        if (r < 0)
                return r;
        *ret = TAKE(w);
        return 0;
}

void watchdog_free(struct watchdog *w) {
        if (!w)
                return;
        timer_deinit(&w->timer);
        free(w);
}
