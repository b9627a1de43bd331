/* SPDX-License-Identifier: MIT */
/* socket.c — see socket.h. Knows messages and descriptors, not what they mean. */
#include "wire/socket.h"

#include "base/cleanup.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

/* Room for more descriptors than anybody may send, so that a surplus is counted and closed rather than cut off. */
#define DESCRIPTORS_MAX 4

union control {
        struct cmsghdr header; /* for its alignment */
        char room[CMSG_SPACE(DESCRIPTORS_MAX * sizeof(int))];
};

int socket_send(int fd, const void *p, size_t n, int fd_to_pass) {
        struct iovec content = { .iov_base = (void *)p, .iov_len = n };
        union control control = { 0 };
        struct msghdr message = { .msg_iov = &content, .msg_iovlen = 1 };
        ssize_t sent;

        if (fd_to_pass >= 0) {
                struct cmsghdr *c;

                message.msg_control = control.room;
                message.msg_controllen = CMSG_SPACE(sizeof(int));
                c = CMSG_FIRSTHDR(&message);
                c->cmsg_level = SOL_SOCKET;
                c->cmsg_type = SCM_RIGHTS;
                c->cmsg_len = CMSG_LEN(sizeof(int));
                memcpy(CMSG_DATA(c), &fd_to_pass, sizeof(int));
        }
        do
                sent = sendmsg(fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
        while (sent < 0 && errno == EINTR);
        if (sent < 0)
                return -errno;
        return (size_t)sent == n ? 0 : -EMSGSIZE;
}

/* Collect the passed descriptors and return their number; the last one stands in *ret, the others are closed. */
static size_t collect_descriptors(struct msghdr *message, int *ret) {
        size_t count = 0;

        for (struct cmsghdr *c = CMSG_FIRSTHDR(message); c; c = CMSG_NXTHDR(message, c)) {
                size_t n = c->cmsg_len < CMSG_LEN(0) ? 0 : (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);

                if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS)
                        continue;
                for (size_t i = 0; i < n; i++) {
                        cleanup_close(ret);
                        memcpy(ret, CMSG_DATA(c) + i * sizeof(int), sizeof(int));
                        count++;
                }
        }
        return count;
}

ssize_t socket_receive(int fd, void *p, size_t size, int *ret_fd) {
        struct iovec content = { .iov_base = p, .iov_len = size };
        union control control = { 0 };
        struct msghdr message = {
                .msg_iov = &content, .msg_iovlen = 1, .msg_control = control.room, .msg_controllen = sizeof control.room
        };
        auto_fd came = -1;
        size_t count;
        ssize_t n;

        do
                n = recvmsg(fd, &message, MSG_CMSG_CLOEXEC);
        while (n < 0 && errno == EINTR);
        if (n < 0)
                return -errno;
        count = collect_descriptors(&message, &came);
        if (count > (ret_fd ? 1u : 0u) || (message.msg_flags & MSG_CTRUNC))
                return -EBADMSG;
        if (message.msg_flags & MSG_TRUNC)
                return -EMSGSIZE;
        if (ret_fd)
                *ret_fd = take_fd(&came);
        return n;
}

static int address_of(const char *dir, const char *name, const char *suffix, struct sockaddr_un *ret) {
        int n;

        *ret = (struct sockaddr_un){ .sun_family = AF_UNIX };
        n = snprintf(ret->sun_path, sizeof ret->sun_path, "%s/%s%s", dir, name, suffix);
        return n < 0 || (size_t)n >= sizeof ret->sun_path ? -ENAMETOOLONG : 0;
}

int socket_listen(const char *dir, const char *name, mode_t mode, int *ret_fd) {
        auto_fd fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
        struct sockaddr_un final, fresh;
        int r;

        if (fd < 0)
                return -errno;
        r = address_of(dir, name, "", &final);
        if (r == 0)
                r = address_of(dir, name, ".new", &fresh);
        if (r < 0)
                return r;
        /* Bound under a temporary name and then renamed: no client ever finds a socket with the wrong mode, or none. */
        (void)unlink(fresh.sun_path);
        if (bind(fd, (const struct sockaddr *)&fresh, sizeof fresh) < 0)
                return -errno;
        if (chmod(fresh.sun_path, mode) < 0 || listen(fd, SOMAXCONN) < 0
            || rename(fresh.sun_path, final.sun_path) < 0) {
                r = -errno;
                (void)unlink(fresh.sun_path);
                return r;
        }
        *ret_fd = take_fd(&fd);
        return 0;
}

int socket_connect(const char *dir, const char *name, int *ret_fd) {
        auto_fd fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
        struct sockaddr_un address;
        int r;

        if (fd < 0)
                return -errno;
        r = address_of(dir, name, "", &address);
        if (r < 0)
                return r;
        if (connect(fd, (const struct sockaddr *)&address, sizeof address) < 0)
                return -errno;
        *ret_fd = take_fd(&fd);
        return 0;
}

int socket_peer(int fd, uid_t *ret_uid, gid_t *ret_gid, pid_t *ret_pid) {
        struct ucred peer = { 0 };
        socklen_t size = sizeof peer;

        if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) < 0)
                return -errno;
        *ret_uid = peer.uid;
        *ret_gid = peer.gid;
        *ret_pid = peer.pid;
        return 0;
}
