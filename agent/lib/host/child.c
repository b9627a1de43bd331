/* SPDX-License-Identifier: MIT */
/* child.c — see child.h. Knows processes, not what they do. */
#include "host/child.h"

#include "base/cleanup.h"
#include "host/helper_user.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/close_range.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#define ARGUMENTS_MAX 8

/* Where a program is, seen from the folder of the running binary: beside the agent, or where a tool in bin/ finds it.
 */
static const char *const places[] = { "/", "/../lib/sekimori/" };

/* Killed and not reaped yet. Each running process has a place reserved here, so that ending it needs no memory and no
 * wait: a process that the kernel cannot end (a hung disk) costs a place, and no login hangs. */
static pid_t leaving[CHILDREN_MAX];
static size_t n_leaving, n_running;

static uid_t helpers; /* what our unprivileged programs run as; 0: not known */

static int find_program(const char *name, char *ret, size_t size, struct err *err) {
        char folder[PATH_MAX];
        ssize_t n = readlink("/proc/self/exe", folder, sizeof folder - 1);
        char *slash;

        if (n < 0)
                return err_say_errno(err, -errno, "/proc/self/exe を読めません", "read /proc/self/exe");
        folder[n] = '\0';
        slash = strrchr(folder, '/');
        if (slash)
                *slash = '\0';
        for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
                if (snprintf(ret, size, "%s%s%s", folder, places[i], name) < (int)size && access(ret, X_OK) == 0)
                        return 0;
        }
        return err_say(err, -ENOENT, "%s が「%s」の横にありません", "there is no %s beside '%s'", name, folder);
}

/* The first code of a child. After a vfork it runs in the parent's memory while the parent stands still: system calls
 * only. */
static void child_begin(pid_t parent) {
        sigset_t none;

        (void)sigemptyset(&none);
        (void)sigprocmask(SIG_SETMASK, &none, NULL);
        (void)setpgid(0, 0);
        /* The parent may have died before this took effect; then no signal would ever end us. */
        if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0 || getppid() != parent)
                _exit(127);
}

static _Noreturn void child_become(const char *program, char *const *argv, char *const *environment, int fd,
                                   pid_t parent) {
        child_begin(parent);
        if (fd == CHILD_FD ? fcntl(fd, F_SETFD, 0) < 0 : dup2(fd, CHILD_FD) < 0)
                _exit(127);
        (void)syscall(SYS_close_range, CHILD_FD + 1, ~0U, CLOSE_RANGE_CLOEXEC);
        (void)execve(program, argv, environment);
        _exit(127);
}

static _Noreturn void go_on(void (*run)(int fd, const void *ctx), const void *ctx, int fd, pid_t parent) {
        child_begin(parent);
        run(fd, ctx);
        _exit(0);
}

static int ends_make(const char *what, int ret[2], struct err *err) {
        if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ret) < 0)
                return err_say_errno(err, -errno, "%s とのソケットを作れません", "make a socket for %s", what);
        return 0;
}

/* The parent's part after [v]fork; takes ownership of both ends. */
static int child_born(const char *what, pid_t pid, const int ends[2], struct child *ret, struct err *err) {
        int r = pid < 0 ? -errno : 0;

        (void)close(ends[1]);
        if (r < 0) {
                (void)close(ends[0]);
                return err_say_errno(err, r, "%s を起動できません", "start %s", what);
        }
        n_running++;
        *ret = (struct child){ .fd = ends[0], .pid = pid };
        return 0;
}

static int child_start(const char *program, char *const *argv, char *const *environment, struct child *ret,
                       struct err *err) {
        pid_t parent = getpid(), pid;
        int ends[2], r = ends_make(program, ends, err);

        if (r < 0)
                return r;
        /* vfork: after a fork the parent would take a fault for each page that it writes to next, in the middle of a
         * login. */
        pid = vfork();
        if (pid == 0)
                child_become(program, argv, environment, ends[1], parent);
        return child_born(program, pid, ends, ret, err);
}

static int room_is_left(const char *program, struct err *err) {
        children_reap();
        if (n_running + n_leaving < CHILDREN_MAX)
                return 0;
        return err_say(err, -EAGAIN, "%s を起動できません: すでに %d 個のプログラムが動いています",
                       "start %s: %d programs of ours are running already", program, CHILDREN_MAX);
}

int child_fork(void (*run)(int fd, const void *ctx), const void *ctx, struct child *ret, struct err *err) {
        pid_t parent = getpid(), pid;
        int ends[2], r = room_is_left("a process", err);

        if (r == 0)
                r = ends_make("a process", ends, err);
        if (r < 0)
                return r;
        pid = fork();
        if (pid == 0)
                go_on(run, ctx, ends[1], parent);
        return child_born("a process", pid, ends, ret, err);
}

static int child_spawn_with(const char *program, const char *const *arguments, char *const *environment,
                            struct child *ret, struct err *err) {
        char path[PATH_MAX], *argv[ARGUMENTS_MAX + 2] = { (char *)program };
        int r;

        for (size_t i = 0; arguments && arguments[i]; i++) {
                if (i == ARGUMENTS_MAX)
                        return err_say(err, -E2BIG, "%s を起動できません: 引数が多すぎます",
                                       "start %s: too many arguments", program);
                argv[i + 1] = (char *)arguments[i];
        }
        r = room_is_left(program, err);
        if (r < 0)
                return r;
        if (!helpers && geteuid() == 0)
                helper_user(&helpers, &(gid_t){ 0 });
        r = find_program(program, path, sizeof path, err);
        return r < 0 ? r : child_start(path, argv, environment, ret, err);
}

int child_spawn(const char *program, const char *const *arguments, struct child *ret, struct err *err) {
        return child_spawn_with(program, arguments, environ, ret, err);
}

int child_spawn_alone(const char *program, struct child *ret, struct err *err) {
        char *none[] = { NULL };

        return child_spawn_with(program, NULL, none, ret, err);
}

/* Whether the process is reaped; it may have been reaped elsewhere already. */
static bool is_gone(pid_t pid) {
        pid_t r;

        do
                r = waitpid(pid, NULL, WNOHANG);
        while (r < 0 && errno == EINTR);
        return r != 0;
}

/* Kill the process, and its group: a third-party module may have started others there. The process is not reaped yet,
 * so both numbers are still its own. */
static int child_end(pid_t pid) {
        int r = kill(pid, SIGKILL) < 0 && errno == EPERM ? -errno : 0;

        (void)kill(-pid, SIGKILL);
        return r;
}

/* A user may kill its own processes. So we are that user for a moment, and do without CAP_KILL, which allows killing
 * any process. The saved user stays root: no process of that user may signal or trace us meanwhile. */
static void end_helper(pid_t pid) {
        if (!helpers || seteuid(helpers) < 0)
                return;
        (void)child_end(pid);
        if (seteuid(0) < 0)
                abort();
}

void child_stop(struct child *c) {
        if (c->pid > 0) {
                if (child_end(c->pid) < 0)
                        end_helper(c->pid);
                n_running--;
                leaving[n_leaving++] = c->pid;
        }
        if (c->fd >= 0)
                (void)close(c->fd);
        *c = CHILD_NONE;
        children_reap();
}

void children_reap(void) {
        size_t kept = 0;

        for (size_t i = 0; i < n_leaving; i++)
                if (!is_gone(leaving[i]))
                        leaving[kept++] = leaving[i];
        n_leaving = kept;
}
