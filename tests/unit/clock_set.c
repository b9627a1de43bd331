/* SPDX-License-Identifier: MIT */
/* clock_set.c — see clock_set.h: stands between the timers and libc. */
#include "unit/clock_set.h"

#include <errno.h>
#include <stdbool.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <unistd.h>

/* By these names the linker finds them before libc's; nobody outside this program does. */
ssize_t clock_set_read(int fd, void *to, size_t n) __asm__("read");
int clock_set_settime(int fd, int flags, const struct itimerspec *when,
                      struct itimerspec *was) __asm__("timerfd_settime");

static bool about_to_be;
static int cancelled = -1;

void clock_will_be_set(void) {
        about_to_be = true;
}

int clock_set_settime(int fd, int flags, const struct itimerspec *when, struct itimerspec *was) {
        const struct itimerspec at_once = { .it_value.tv_nsec = 1 };
        bool now = about_to_be && (flags & TFD_TIMER_CANCEL_ON_SET);

        if (now) {
                about_to_be = false;
                cancelled = fd;
        }
        return (int)syscall(SYS_timerfd_settime, fd, flags, now ? &at_once : when, was);
}

ssize_t clock_set_read(int fd, void *to, size_t n) {
        ssize_t r = syscall(SYS_read, fd, to, n);

        if (fd != cancelled || r < 0)
                return r;
        cancelled = -1;
        errno = ECANCELED;
        return -1;
}
