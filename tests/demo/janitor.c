/* SPDX-License-Identifier: MIT */
/* janitor.c — see janitor.h. Knows processes and a folder, not what is played. */
#include "demo/janitor.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

static sigset_t before;

/* Ctrl-C, a terminal that is closed, kill(1); but not what whoever started us ignores, as nohup(1) does. */
static void signals_hold(sigset_t *held) {
        static const int asks[] = { SIGINT, SIGQUIT, SIGTERM, SIGHUP };

        (void)sigemptyset(held);
        (void)sigaddset(held, SIGCHLD);
        for (size_t i = 0; i < sizeof asks / sizeof *asks; i++) {
                struct sigaction now;

                if (sigaction(asks[i], NULL, &now) == 0 && now.sa_handler != SIG_IGN)
                        (void)sigaddset(held, asks[i]);
        }
        (void)sigprocmask(SIG_BLOCK, held, &before);
}

/* Until that child ends; its status. What asks us to end is passed on, and kept in *ret_asked. */
static int await(pid_t child, const sigset_t *held, int pass_on, int *ret_asked) {
        int status = 0, sig;

        while (waitpid(child, &status, WNOHANG) == 0) {
                sig = sigwaitinfo(held, NULL);
                if (sig <= 0 || sig == SIGCHLD)
                        continue;
                *ret_asked = sig;
                (void)kill(child, pass_on);
        }
        return status;
}

/* Whoever is left comes to us when its parent ends. */
static void end_everybody(void) {
        int pid;

        do {
                FILE *children = fopen("/proc/thread-self/children", "re");

                while (children && fscanf(children, "%d", &pid) == 1)
                        (void)kill(pid, SIGKILL);
                if (children)
                        (void)fclose(children);
        } while (waitpid(-1, NULL, 0) > 0);
}

static bool remove_tree(const char *path) {
        const char *const words[] = { "rm", "-rf", "--", path, NULL };
        pid_t pid = fork();

        if (pid == 0) {
                (void)execv("/bin/rm", (char *const *)words);
                _exit(127);
        }
        (void)waitpid(pid, NULL, 0);
        return access(path, F_OK) < 0 && errno == ENOENT;
}

static int stand_by(pid_t child, const char *folder, const sigset_t *held, int pass_on) {
        int asked = 0, status = await(child, held, pass_on, &asked);

        end_everybody();
        if (!remove_tree(folder)) {
                (void)fprintf(stderr, "demo: '%s' could not be removed: remove it by hand\n", folder);
                return 3;
        }
        if (!asked)
                return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
        (void)signal(asked, SIG_DFL);
        (void)sigprocmask(SIG_SETMASK, &before, NULL);
        (void)raise(asked); /* make, and a shell's loop, end with it */
        return 128 + asked;
}

static pid_t born(int on_parents_death) {
        pid_t parent = getpid(), pid = fork();

        if (pid < 0) {
                perror("demo: fork");
                exit(3);
        }
        (void)prctl(PR_SET_CHILD_SUBREAPER, 1);
        if (pid == 0 && (prctl(PR_SET_PDEATHSIG, on_parents_death) < 0 || getppid() != parent))
                (void)raise(on_parents_death);
        return pid;
}

void janitor_stays(char *folder) {
        sigset_t held;
        pid_t child;

        signals_hold(&held);
        if (!mkdtemp(folder)) {
                (void)fprintf(stderr, "demo: '%s': %s\n", folder, strerror(errno));
                exit(3);
        }
        child = born(SIGTERM);
        if (child > 0) {
                int code = stand_by(child, folder, &held, SIGTERM);

                if (code == 0)
                        (void)puts("\nあとには何も残していません。 / Nothing was left behind.");
                exit(code);
        }
        (void)setsid();
        child = born(SIGKILL);
        if (child > 0)
                exit(stand_by(child, folder, &held, SIGKILL));
        (void)sigprocmask(SIG_SETMASK, &before, NULL);
}
