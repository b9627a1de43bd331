/* SPDX-License-Identifier: MIT */
/* link.c — sd-event: inotify waits for notify.sock, SO_PEERCRED must say root or our own user, and after a lost
 * connection the next try waits 0.1 s, doubled up to 60 s. See link.h. */
#include "notifier/link.h"

#include "base/cleanup.h"
#include "wire/socket.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/inotify.h>

#define BACKOFF_LEAST_US 100000
#define BACKOFF_MAX_US 60000000

static int link_seek(struct link *l);

static uint64_t now_us(const struct link *l) {
        uint64_t now = 0;

        (void)sd_event_now(l->event, CLOCK_MONOTONIC, &now);
        return now;
}

static int look_again(sd_event_source *s, uint64_t us, void *ctx) {
        (void)s, (void)us;
        return link_seek(ctx);
}

/* The connection ended, or the agent closed it: a client that reconnects at once would keep others out. */
static int link_lost(struct link *l) {
        bool lasted = now_us(l) - l->joined_us >= BACKOFF_MAX_US;
        uint64_t wait_us = lasted ? BACKOFF_LEAST_US : l->backoff_us;

        l->news = sd_event_source_disable_unref(l->news);
        (void)close(l->fd);
        l->fd = -1;
        l->backoff_us = wait_us < BACKOFF_MAX_US / 2 ? 2 * wait_us : BACKOFF_MAX_US;
        l->again = sd_event_source_disable_unref(l->again);
        return sd_event_add_time_relative(l->event, &l->again, CLOCK_MONOTONIC, wait_us, 0, look_again, l);
}

static int link_ready(sd_event_source *s, int fd, uint32_t events, void *ctx) {
        struct link *l = ctx;
        uint8_t message[NOTICE_MAX];
        struct notice n;
        ssize_t size = socket_receive(fd, message, sizeof message, NULL);

        (void)s, (void)events;
        if (size <= 0 || notice_decode(bytes_of(message, (size_t)size), &n) < 0)
                return link_lost(l);
        l->backoff_us = BACKOFF_LEAST_US;
        l->heard(l, &n);
        return 0;
}

/* The kernel recorded who called listen(): root's agent, or, with our own uid, that of a demonstration (ADR 0051). */
static bool is_agents(int fd) {
        uid_t uid;
        gid_t gid;
        pid_t pid;

        return socket_peer(fd, &uid, &gid, &pid) == 0 && (uid == 0 || uid == geteuid());
}

static int link_join(struct link *l) {
        auto_fd fd = -1;
        int r = socket_connect(l->runtime_dir, NOTICE_SOCKET, &fd);

        if (r == 0 && !is_agents(fd))
                r = -EPERM;
        if (r == 0)
                r = sd_event_add_io(l->event, &l->news, fd, EPOLLIN, link_ready, l);
        if (r < 0)
                return r;
        l->fd = take_fd(&fd);
        l->joined_us = now_us(l);
        return 0;
}

static int link_watch(struct link *l, const char *directory);

/* If there is no such directory, the one above it is watched until there is. */
static int watch_what_there_is(struct link *l) {
        char above[PATH_MAX];
        char *slash;
        int r = link_watch(l, l->runtime_dir);

        if (r != -ENOENT)
                return r;
        (void)snprintf(above, sizeof above, "%s", l->runtime_dir);
        slash = strrchr(above, '/');
        if (slash)
                slash[slash == above] = '\0';
        r = link_watch(l, slash ? above : ".");
        if (r < 0 || access(l->runtime_dir, F_OK) < 0)
                return r;
        l->watch = sd_event_source_disable_unref(l->watch); /* the directory was made meanwhile */
        return link_watch(l, l->runtime_dir);
}

/* The watch comes first, then the try: a socket that is made in between is noticed. */
static int link_seek(struct link *l) {
        int r = l->watch ? 0 : watch_what_there_is(l);

        if (r >= 0 && link_join(l) == 0)
                l->watch = sd_event_source_disable_unref(l->watch);
        return r < 0 ? sd_event_exit(l->event, r) : 0;
}

/* The agent renames its socket into place; or the directory itself was made or removed. */
static int link_changed(sd_event_source *s, const struct inotify_event *e, void *ctx) {
        struct link *l = ctx;
        const char *slash = strrchr(l->runtime_dir, '/'), *name = slash ? slash + 1 : l->runtime_dir;

        (void)s;
        if (e->len && strcmp(e->name, NOTICE_SOCKET) != 0 && strcmp(e->name, name) != 0)
                return 0;
        l->watch = sd_event_source_disable_unref(l->watch);
        return link_seek(l);
}

static int link_watch(struct link *l, const char *directory) {
        return sd_event_add_inotify(l->event, &l->watch, directory,
                                    IN_CREATE | IN_MOVED_TO | IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR, link_changed,
                                    l);
}

int link_start(struct link *l, sd_event *event, struct err *err) {
        int r;

        l->event = event, l->fd = -1, l->backoff_us = BACKOFF_LEAST_US;
        r = link_seek(l);
        return r < 0 ? err_errno(err, r, "'%s'", l->runtime_dir) : 0;
}

void link_stop(struct link *l) {
        l->again = sd_event_source_disable_unref(l->again);
        l->watch = sd_event_source_disable_unref(l->watch);
        if (!l->news)
                return;
        l->news = sd_event_source_disable_unref(l->news);
        (void)close(l->fd);
}
