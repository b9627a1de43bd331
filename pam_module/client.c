/* SPDX-License-Identifier: MIT */
/* client.c — see client.h. No global state, no signal disposition touched: it runs inside other people's programs. */
#include "client.h"

#include "base/cleanup.h"
#include "base/secret.h"
#include "wire/socket.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <sys/inotify.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <time.h>

/* While no agent listens: how long until the next try, in case inotify does not report it (no inotify instance left for
 * this user, a socket that is bound first and listens later). */
#define LOOK_AGAIN_MS 500

#define PATH_ROOM sizeof((struct sockaddr_un *)0)->sun_path

static int64_t now_ms(void) {
        struct timespec t = { 0 };

        (void)clock_gettime(CLOCK_MONOTONIC, &t);
        return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static int rest_ms(const struct client *c) {
        int64_t rest = c->deadline_ms - now_ms();

        return rest <= 0 ? 0 : rest > INT_MAX ? INT_MAX : (int)rest;
}

struct client client_to(const char *path, unsigned seconds) {
        return (struct client){ .fd = -1, .path = path, .deadline_ms = now_ms() + (int64_t)seconds * 1000 };
}

int64_t client_pause(void) {
        return now_ms();
}

void client_resume(struct client *c, int64_t since_ms) {
        c->deadline_ms += now_ms() - since_ms;
}

void client_close(struct client *c) {
        cleanup_close(&c->fd);
        c->fd = -1;
}

/* Wait for an event, at most `at_most_ms`, never beyond the deadline. fd -1: only let the time pass. 0: timeout. */
static int client_await(const struct client *c, int fd, short events, int at_most_ms) {
        struct pollfd p = { .fd = fd, .events = events };
        int n;

        do {
                int rest = rest_ms(c);

                if (rest == 0)
                        return 0; /* what came too late does not count */
                n = poll(&p, 1, rest < at_most_ms ? rest : at_most_ms);
        } while (n < 0 && errno == EINTR);
        return n < 0 ? -errno : n;
}

/* Cut the path to the folder that it is in; false for "/". */
static bool parent_of(char *path) {
        char *slash = strrchr(path, '/');

        if (!slash || !path[1])
                return false;
        slash[slash == path] = '\0';
        return true;
}

/* In a folder that other users may write to, they can put a socket of their own. SO_PEERCRED would reveal that, but any
 * user could then stop all logins. */
static int check_folder(const char *path, struct err *err) {
        char folder[PATH_ROOM] = { 0 };
        struct stat st;

        (void)snprintf(folder, sizeof folder, "%s", path);
        (void)parent_of(folder);
        if (stat(folder, &st) < 0)
                return err_errno(err, -errno, "'%s'", folder);
        if ((st.st_uid != 0 && st.st_uid != geteuid()) || st.st_mode & (S_IWGRP | S_IWOTH))
                return err_set(err, -EPERM, "'%s' is not root's alone: its socket is not trusted", folder);
        return 0;
}

/* The kernel recorded who called listen(). A listener with our own uid, where that is not root, is the agent of a
 * demonstration: it decides nothing that its user could not do without it. */
static int check_peer(int fd, const char *path, struct err *err) {
        uid_t uid;
        gid_t gid;
        pid_t pid;
        int r = socket_peer(fd, &uid, &gid, &pid);

        if (r < 0)
                return err_errno(err, r, "'%s': who listens there", path);
        if (uid != 0 && uid != geteuid())
                return err_set(err, -EPERM, "'%s' belongs to uid %u: that is not the agent", path, uid);
        return 0;
}

/* connect() waits while the listener's queue is full; SO_SNDTIMEO limits that wait. */
static int connect_within(int fd, const struct client *c) {
        struct sockaddr_un address = { .sun_family = AF_UNIX };

        (void)snprintf(address.sun_path, sizeof address.sun_path, "%s", c->path);
        for (;;) {
                int rest = rest_ms(c);
                struct timeval wait = { .tv_sec = rest / 1000, .tv_usec = rest % 1000 * 1000 };

                if (rest == 0)
                        return -ETIMEDOUT;
                if (setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &wait, sizeof wait) < 0)
                        return -errno;
                if (connect(fd, (const struct sockaddr *)&address, sizeof address) == 0)
                        return 0;
                if (errno != EINTR && errno != EAGAIN)
                        return -errno;
        }
}

static int connect_once(struct client *c, struct err *err) {
        auto_fd fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
        int r;

        if (fd < 0)
                return err_errno(err, -errno, "socket");
        r = check_folder(c->path, err);
        if (r < 0)
                return r;
        r = connect_within(fd, c);
        if (r < 0)
                return err_errno(err, r, "'%s'", c->path);
        r = check_peer(fd, c->path, err);
        if (r < 0)
                return r;
        if (fcntl(fd, F_SETFL, O_NONBLOCK) < 0)
                return err_errno(err, -errno, "'%s'", c->path);
        client_close(c);
        c->fd = take_fd(&fd);
        return 0;
}

static bool is_absent(int r) {
        return r == -ENOENT || r == -ECONNREFUSED;
}

/* A descriptor that reports when something appears in the folder of the socket, or in the nearest one above it that
 * exists. -1: inotify is not available. */
static int watch_for(const char *path) {
        char folder[PATH_ROOM] = { 0 };
        int fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);

        (void)snprintf(folder, sizeof folder, "%s", path);
        while (fd >= 0 && parent_of(folder))
                if (inotify_add_watch(fd, folder, IN_CREATE | IN_MOVED_TO | IN_ONLYDIR) >= 0 || errno != ENOENT)
                        break;
        return fd;
}

static int connect_patiently(struct client *c, struct err *err) {
        for (;;) {
                auto_fd watch = -1;
                int r = connect_once(c, err);

                if (!is_absent(r))
                        return r;
                watch = watch_for(c->path);
                r = connect_once(c, err); /* it may have appeared before the watch was set */
                if (!is_absent(r))
                        return r;
                if (client_await(c, watch, POLLIN, LOOK_AGAIN_MS) < 0 || rest_ms(c) == 0)
                        return err_wrap(err, -ETIMEDOUT, "nobody came in time");
        }
}

static int send_whole(struct client *c, const void *p, size_t n, struct err *err) {
        int r;

        do {
                r = client_await(c, c->fd, POLLOUT, INT_MAX);
                if (r == 0)
                        return err_set(err, -ETIMEDOUT, "the time is over");
                if (r > 0)
                        r = socket_send(c->fd, p, n, -1);
        } while (r == -EAGAIN);
        return r < 0 ? err_errno(err, r, "to the agent") : 0;
}

int client_hear(struct client *c, struct login_say *ret, struct err *err) {
        uint8_t wire[LOGIN_MAX];
        ssize_t n;

        do {
                int r = client_await(c, c->fd, POLLIN, INT_MAX);

                if (r < 0)
                        return err_errno(err, r, "from the agent");
                if (r == 0)
                        return err_set(err, -ETIMEDOUT, "the agent said nothing in time");
                n = socket_receive(c->fd, wire, sizeof wire, NULL);
        } while (n == -EAGAIN);
        if (n == 0)
                return err_set(err, -ECONNRESET, "the agent went away before a verdict");
        if (n < 0)
                return err_errno(err, (int)n, "from the agent");
        if (login_say_decode(bytes_of(wire, (size_t)n), ret) < 0)
                return err_set(err, -EBADMSG, "what came from the agent's socket is not the agent's");
        return 0;
}

int client_answer(struct client *c, const char *answer, struct err *err) {
        uint8_t wire[LOGIN_MAX];
        size_t n = login_answer_encode(answer, wire);
        int r = n ? send_whole(c, wire, n, err) : err_set(err, -EMSGSIZE, "too long an answer");

        secret_wipe(wire, sizeof wire);
        return r;
}

static int send_begin(struct client *c, const uint8_t *wire, size_t n, struct login_say *ret, struct err *err) {
        int r = connect_patiently(c, err);

        if (r == 0)
                r = send_whole(c, wire, n, err);
        return r == 0 ? client_hear(c, ret, err) : r;
}

static int begin_once(struct client *c, const struct login_begin *begin, struct login_say *ret, struct err *err) {
        uint8_t wire[LOGIN_MAX];
        size_t n = login_begin_encode(begin, wire);
        int r;

        if (!n)
                return err_set(err, -EINVAL, "a name that the agent would not take");
        r = send_begin(c, wire, n, ret, err);
        /* An agent that exits drops the connections that it has not accepted. One loss is taken for a restart, a second
         * one is final. */
        if (r == -ECONNRESET || r == -EPIPE)
                r = send_begin(c, wire, n, ret, err);
        return r;
}

/* Whatever an agent refuses, it says why first; only what it does not understand it refuses without a word. */
static bool is_not_understood(const struct login_say *say) {
        return say->what == LOGIN_UNAVAILABLE && !*say->text;
}

/* While a package is being upgraded, an agent of before 0.5 may still be running. */
int client_begin(struct client *c, const struct login_begin *begin, struct login_say *ret, struct err *err) {
        struct login_begin older = *begin;
        int r = begin_once(c, begin, ret, err);

        if (r < 0 || !begin->asker.told || !is_not_understood(ret))
                return r;
        older.asker = (struct login_asker){ 0 };
        return begin_once(c, &older, ret, err);
}
