/* SPDX-License-Identifier: MIT */
/* logind.c — see logind.h. The bus may be slow or gone, so a process of its own asks, and nobody waits for it. */
#include "auth/logind.h"

#include <errno.h>
#include <signal.h>
#include <sys/wait.h>
#include <systemd/sd-bus.h>
#include <unistd.h>

#define TIMEOUT_S 10

static int logind_ask(const char *session, enum logind_act what) {
        static const char *const methods[] = { [LOGIND_LOCK] = "LockSession", [LOGIND_TERMINATE] = "TerminateSession" };
        static const char name[] = "org.freedesktop.login1", path[] = "/org/freedesktop/login1",
                          interface[] = "org.freedesktop.login1.Manager";
        sd_bus *bus = NULL;
        int r = sd_bus_open_system(&bus);

        if (r < 0)
                return r;
        if (*session)
                return sd_bus_call_method(bus, name, path, interface, methods[what], NULL, NULL, "s", session);
        return sd_bus_call_method(bus, name, path, interface, "LockSessions", NULL, NULL, NULL);
}

static _Noreturn void ask_and_end(const char *session, enum logind_act what) {
        sigset_t none;

        (void)sigemptyset(&none);
        (void)sigprocmask(SIG_SETMASK, &none, NULL);
        (void)alarm(TIMEOUT_S);
        _exit(logind_ask(session, what) < 0);
}

/* Forks twice, so that init reaps the process. */
int logind_act(const char *session, enum logind_act what) {
        pid_t pid = fork();

        if (pid == 0) {
                if (fork() == 0)
                        ask_and_end(session, what);
                _exit(0);
        }
        if (pid < 0)
                return -errno;
        while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
                ;
        return 0;
}
