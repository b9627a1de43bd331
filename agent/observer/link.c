/* SPDX-License-Identifier: MIT */
/* link.c — the privileged end of the observer, see link.h. */
#include "observer/link.h"

#include "base/cleanup.h"
#include "wire/socket.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/close_range.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#define PROGRAM "sekimori-observer"
#define CHILD_FD 3

/* Where it is, seen from the folder of the running binary: beside the agent, or where a tool in bin/ finds it. */
static const char *const places[] = { "/" PROGRAM, "/../lib/sekimori/" PROGRAM };

static int find_program(char *ret, size_t size, struct err *err) {
        char folder[PATH_MAX];
        ssize_t n = readlink("/proc/self/exe", folder, sizeof folder - 1);
        char *slash;

        if (n < 0)
                return err_errno(err, -errno, "read /proc/self/exe");
        folder[n] = '\0';
        slash = strrchr(folder, '/');
        if (slash)
                *slash = '\0';
        for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
                if (snprintf(ret, size, "%s%s", folder, places[i]) < (int)size && access(ret, X_OK) == 0)
                        return 0;
        }
        return err_set(err, -ENOENT, "there is no %s beside '%s'", PROGRAM, folder);
}

/* Between fork and exec: system calls only, no allocation, no name service. */
static _Noreturn void become(const char *program, bool listens, int fd, pid_t parent) {
        char *const argv[] = { (char[]){ PROGRAM }, listens ? NULL : (char[]){ OBSERVER_SCAN_ONLY }, NULL };
        sigset_t none;

        sigemptyset(&none);
        (void)sigprocmask(SIG_SETMASK, &none, NULL);
        /* The parent may have died before this took hold; then nobody would ever end us. */
        if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0 || getppid() != parent)
                _exit(127);
        if (fd == CHILD_FD ? fcntl(fd, F_SETFD, 0) < 0 : dup2(fd, CHILD_FD) < 0)
                _exit(127);
        (void)syscall(SYS_close_range, CHILD_FD + 1, ~0U, CLOSE_RANGE_CLOEXEC);
        (void)execve(program, argv, environ);
        _exit(127);
}

static int spawn(bool listens, struct observer *ret, struct err *err) {
        char program[PATH_MAX];
        int ends[2], r = find_program(program, sizeof program, err);
        pid_t parent = getpid(), pid;

        if (r < 0)
                return r;
        if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends) < 0)
                return err_errno(err, -errno, "make a socket for the observer");
        pid = fork();
        if (pid == 0)
                become(program, listens, ends[1], parent);
        r = pid < 0 ? -errno : 0;
        (void)close(ends[1]);
        if (r < 0) {
                (void)close(ends[0]);
                return err_errno(err, r, "start '%s'", program);
        }
        *ret = (struct observer){ .fd = ends[0], .pid = pid };
        return 0;
}

int observer_spawn(struct observer *ret, struct err *err) {
        return spawn(true, ret, err);
}

int observer_spawn_for_scan(struct observer *ret, struct err *err) {
        return spawn(false, ret, err);
}

int observer_scan(struct observer *o, uint32_t scan) {
        uint8_t request[SCAN_REQUEST_SIZE];

        scan_request_encode(scan, request);
        return socket_send(o->fd, request, sizeof request, -1);
}

int observer_read(struct observer *o, struct sighting *ret) {
        uint8_t message[SIGHTING_MAX];
        ssize_t n = socket_receive(o->fd, message, sizeof message, NULL);
        int r;

        if (n == -EAGAIN)
                return 0;
        if (n == 0 || n == -ECONNRESET)
                return -EPIPE;
        if (n < 0)
                return n == -EMSGSIZE ? -EBADMSG : (int)n;
        r = sighting_decode(bytes_of(message, (size_t)n), ret);
        return r < 0 ? r : 1;
}

void observer_stop(struct observer *o) {
        if (o->pid > 0) {
                (void)kill(o->pid, SIGKILL);
                while (waitpid(o->pid, NULL, 0) < 0 && errno == EINTR)
                        ;
        }
        if (o->fd >= 0)
                (void)close(o->fd);
        *o = (struct observer){ .fd = -1, .pid = -1 };
}
