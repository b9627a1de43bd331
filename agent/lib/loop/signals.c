/* SPDX-License-Identifier: MIT */
/* signals.c — SIGTERM and SIGINT come through a signalfd on the loop; SIG_IGN for the others. See signals.h. */
#include "loop/signals.h"

#include <errno.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <unistd.h>

static void signals_signalled(struct source *s, uint32_t events) {
        struct signalfd_siginfo info;

        (void)events;
        if (read(s->fd, &info, sizeof info) == (ssize_t)sizeof info)
                loop_stop(container_of(s, struct signals, source)->loop);
}

int signals_watch(struct signals *s, struct loop *l, struct err *err) {
        sigset_t set;

        (void)sigemptyset(&set);
        (void)sigaddset(&set, SIGTERM);
        (void)sigaddset(&set, SIGINT);
        (void)sigprocmask(SIG_BLOCK, &set, NULL);
        (void)signal(SIGPIPE, SIG_IGN);
        (void)signal(SIGHUP, SIG_IGN);
        *s = (struct signals){ { signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK), signals_signalled }, l };
        if (s->source.fd < 0 || loop_add(l, &s->source, EPOLLIN) < 0)
                return err_errno(err, -errno, "signals");
        return 0;
}
