/* SPDX-License-Identifier: MIT */
/* peer.c — reads /proc/PID, and asks last whether that process still lives: then all that was read is its own, and not
 * of another that got its number. See peer.h. */
#include "auth/peer.h"

#include "base/cleanup.h"
#include "host/file.h"
#include "wire/socket.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <systemd/sd-login.h>

#ifndef SO_PEERPIDFD
#define SO_PEERPIDFD 77 /* Linux 6.5; Debian 12's headers do not have it */
#endif

/* Of the process that connected. An older kernel only says which process has its number now. */
static int peer_pidfd(int fd, pid_t pid) {
        socklen_t size = sizeof(int);
        int pidfd = -1;

        if (getsockopt(fd, SOL_SOCKET, SO_PEERPIDFD, &pidfd, &size) == 0)
                return pidfd;
        return errno == ENOPROTOOPT ? (int)syscall(SYS_pidfd_open, pid, 0) : -1;
}

/* An older kernel's answer counts as long as somebody holds the other end: whoever borrowed root's rights does not pass
 * it on. */
static bool peer_lives(int pidfd, int fd) {
        struct pollfd either[] = { { .fd = pidfd, .events = POLLIN }, { .fd = fd } };

        return poll(either, 2, 0) >= 0 && !either[0].revents && !(either[1].revents & POLLHUP);
}

static bool peer_number(const char *text, uid_t *ret) {
        char *end;
        unsigned long n = strtoul(text, &end, 10);

        *ret = (uid_t)n;
        return end != text && n <= UINT32_MAX;
}

/* "Uid:\t1000\t0\t0\t0": real, effective, saved, file system. */
static bool read_real(int proc, uid_t *ret) {
        auto_free uint8_t *status = NULL;
        const char *line;
        size_t n;

        if (file_read(proc, "status", 16384, &status, &n) < 0)
                return false;
        line = strstr((const char *)status, "\nUid:\t");
        return line && peer_number(line + strlen("\nUid:\t"), ret);
}

/* A kernel without the audit subsystem has no such file: nobody is known to have logged in. */
static bool read_login(int proc, uid_t *ret) {
        char line[16];
        ssize_t n = file_read_line(proc, "loginuid", line, sizeof line);

        *ret = PEER_NOBODY;
        return n == -ENOENT || (n >= 0 && peer_number(line, ret));
}

static void copy_text(char *to, size_t size, const char *text) {
        (void)snprintf(to, size, "%s", text ? text : "");
}

static void read_session(struct peer *p) {
        auto_free char *session = NULL, *host = NULL, *seat = NULL, *tty = NULL;

        if (sd_pid_get_owner_uid(p->pid, &p->owner) < 0)
                p->owner = PEER_NOBODY;
        if (sd_pid_get_session(p->pid, &session) < 0)
                return;
        p->remote = sd_session_is_remote(session) != 0; /* and where logind does not say */
        (void)sd_session_get_remote_host(session, &host);
        (void)sd_session_get_seat(session, &seat);
        (void)sd_session_get_tty(session, &tty);
        copy_text(p->host, sizeof p->host, host);
        copy_text(p->seat, sizeof p->seat, seat);
        copy_text(p->tty, sizeof p->tty, tty);
}

static bool peer_read(struct peer *p) {
        char path[32];
        auto_fd proc = -1;

        (void)snprintf(path, sizeof path, "/proc/%d", (int)p->pid);
        proc = directory_open(AT_FDCWD, path);
        if (proc < 0 || !read_real(proc, &p->real) || !read_login(proc, &p->login))
                return false;
        read_session(p);
        return true;
}

int peer_look(int fd, struct peer *ret) {
        struct peer p = { 0 };
        auto_fd pidfd = -1;
        gid_t gid;
        int r = socket_peer(fd, &p.uid, &gid, &p.pid);

        if (r < 0)
                return r;
        *ret = p;
        pidfd = peer_pidfd(fd, p.pid);
        if (pidfd < 0 || !peer_read(&p) || !peer_lives(pidfd, fd))
                return 0;
        p.seen = true;
        *ret = p;
        return 0;
}
