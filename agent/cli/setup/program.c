/* SPDX-License-Identifier: MIT */
/* program.c — posix_spawn with /dev/null as input and a pipe for the output; poll on a pidfd and the pipe until the
 * deadline, then SIGKILL. See program.h. */
#include "cli/setup/program.h"

#include "base/cleanup.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>

/* Nothing from the caller's environment: it must not mislead a program that runs as root. */
static const char *const environment[] = { "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C.UTF-8", "HOME=/root",
                                           "DEBIAN_FRONTEND=noninteractive" };
#define VARIABLES (sizeof environment / sizeof *environment)

struct output {
        char last[256]; /* line that is not empty */
        size_t n;       /* of the line that is being read */
        char line[256];
};

static void program_keep(struct output *o, const char *text, size_t n) {
        for (size_t i = 0; i < n; i++) {
                if (text[i] != '\n' && o->n < sizeof o->line - 1) {
                        o->line[o->n++] = text[i];
                } else if (text[i] == '\n') {
                        o->line[o->n] = '\0';
                        if (o->n)
                                (void)memcpy(o->last, o->line, sizeof o->last);
                        o->n = 0;
                }
        }
}

static int program_start(const char *program, const char *const *argv, const char *variable, int out, pid_t *ret) {
        const char *variables[VARIABLES + 2] = { NULL };
        posix_spawn_file_actions_t files;
        posix_spawnattr_t attributes;
        sigset_t piped;
        int r;

        (void)memcpy(variables, environment, sizeof environment);
        variables[VARIABLES] = variable;
        (void)sigemptyset(&piped);
        (void)sigaddset(&piped, SIGPIPE);
        (void)posix_spawn_file_actions_init(&files);
        (void)posix_spawnattr_init(&attributes);
        (void)posix_spawnattr_setsigdefault(&attributes, &piped);
        (void)posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
        r = posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
        if (r == 0)
                r = posix_spawn_file_actions_adddup2(&files, out, STDOUT_FILENO);
        if (r == 0)
                r = posix_spawn_file_actions_adddup2(&files, out, STDERR_FILENO);
        if (r == 0)
                r = posix_spawn_file_actions_addclosefrom_np(&files, STDERR_FILENO + 1);
        if (r == 0)
                r = posix_spawn(ret, program, &files, &attributes, (char *const *)argv, (char *const *)variables);
        (void)posix_spawn_file_actions_destroy(&files);
        (void)posix_spawnattr_destroy(&attributes);
        return -r;
}

static int left_ms(const struct timespec *since, unsigned seconds) {
        struct timespec now;
        long gone;

        (void)clock_gettime(CLOCK_MONOTONIC, &now);
        gone = (now.tv_sec - since->tv_sec) * 1000 + (now.tv_nsec - since->tv_nsec) / 1000000;
        return gone >= (long)seconds * 1000 ? 0 : (int)((long)seconds * 1000 - gone);
}

/* Read until the process has ended, even if a child that it left behind still holds our pipe. */
static int program_follow(int process, int out, unsigned seconds, struct output *o) {
        struct pollfd wait[] = { { .fd = process, .events = POLLIN }, { .fd = out, .events = POLLIN } };
        struct timespec began;
        char text[1024];
        ssize_t n;
        int left;

        (void)clock_gettime(CLOCK_MONOTONIC, &began);
        while ((left = left_ms(&began, seconds)) > 0) {
                if (poll(wait, 2, left) < 0 && errno != EINTR)
                        return -errno;
                while ((n = read(out, text, sizeof text)) > 0)
                        program_keep(o, text, (size_t)n);
                wait[1].fd = n == 0 ? -1 : out;
                if (wait[0].revents)
                        return 0;
        }
        return -ETIMEDOUT;
}

static int program_end(pid_t pid, int r, const char *program, const struct output *o, struct err *err) {
        int status = 0;

        if (r < 0)
                (void)kill(pid, SIGKILL); /* not waited for yet: the pid is still its own */
        while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
                ;
        if (r < 0)
                return err_errno(err, r, "%s", program);
        if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
                return 0;
        return o->last[0] ? err_set(err, -EIO, "%s: %s", program, o->last)
                          : err_say(err, -EIO, "%s: 失敗しました", "%s: failed", program);
}

int program_run(const char *root, const char *path, const char *const *argv, unsigned seconds, struct err *err) {
        return program_run_with(root, path, argv, NULL, seconds, err);
}

int program_run_with(const char *root, const char *path, const char *const *argv, const char *variable,
                     unsigned seconds, struct err *err) {
        char program[PATH_MAX];
        struct output o = { .n = 0 };
        auto_fd out = -1, process = -1;
        int ends[2], r;
        pid_t pid;

        (void)snprintf(program, sizeof program, "%s%s", root, path);
        if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) < 0)
                return err_say_errno(err, -errno, "%s を起動できません", "start %s", program);
        out = ends[0];
        r = program_start(program, argv, variable, ends[1], &pid);
        (void)close(ends[1]);
        if (r < 0)
                return err_say_errno(err, r, "%s を起動できません", "start %s", program);
        process = (int)syscall(SYS_pidfd_open, pid, 0);
        r = process < 0 ? -errno : program_follow(process, out, seconds, &o);
        return program_end(pid, r, program, &o, err);
}
