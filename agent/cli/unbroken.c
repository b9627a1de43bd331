/* SPDX-License-Identifier: MIT */
/* unbroken.c — sigprocmask() blocks the signals that end the program, sigpending() asks for them. See unbroken.h. */
#include "cli/unbroken.h"

#include <stddef.h>

static const int ends[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT };
#define ENDS (sizeof ends / sizeof *ends)

void unbroken_begin(struct unbroken *u) {
        struct sigaction now;
        sigset_t set;

        (void)sigemptyset(&set);
        for (size_t i = 0; i < ENDS; i++)
                /* An ignored signal (nohup) ends nothing; if it were blocked, it would look as if it did. */
                if (sigaction(ends[i], NULL, &now) == 0 && now.sa_handler != SIG_IGN)
                        (void)sigaddset(&set, ends[i]);
        (void)sigprocmask(SIG_BLOCK, &set, &u->before);
}

bool unbroken_is_over(void) {
        sigset_t pending;
        bool any = false;

        (void)sigpending(&pending);
        for (size_t i = 0; i < ENDS; i++)
                any |= sigismember(&pending, ends[i]) == 1;
        return any;
}

void unbroken_end(struct unbroken *u) {
        (void)sigprocmask(SIG_SETMASK, &u->before, NULL);
}
