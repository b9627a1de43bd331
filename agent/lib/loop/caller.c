/* SPDX-License-Identifier: MIT */
/* caller.c — see caller.h. A socket is renamed to its name (socket_listen()), which inotify tells. */
#include "loop/caller.h"

#include "loop/folder.h"
#include "wire/socket.h"

#include <errno.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/inotify.h>

static void folder_ready(struct source *s, uint32_t events) {
        struct caller *c = container_of(s, struct caller, folder);

        (void)events;
        if (folder_told_of(s->fd, c->name))
                c->appeared(c);
}

static void line_ready(struct source *s, uint32_t events) {
        struct caller *c = container_of(s, struct caller, line);

        (void)events;
        c->spoken(c);
}

int caller_watch(struct caller *c, struct loop *l, const char *dir, const char *name, struct err *err) {
        int r;

        c->loop = l;
        c->name = name;
        c->line = (struct source){ .fd = -1, .ready = line_ready };
        c->folder = (struct source){ .fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK), .ready = folder_ready };
        (void)snprintf(c->dir, sizeof c->dir, "%s", dir);
        if (c->folder.fd < 0 || inotify_add_watch(c->folder.fd, c->dir, IN_MOVED_TO | IN_ONLYDIR) < 0)
                return err_errno(err, -errno, "watch %s", dir);
        r = loop_add(l, &c->folder, EPOLLIN);
        return r < 0 ? err_errno(err, r, "watch %s", dir) : 0;
}

int caller_call(struct caller *c) {
        int r;

        caller_hang_up(c);
        r = socket_connect(c->dir, c->name, &c->line.fd);
        if (r == 0)
                r = loop_add(c->loop, &c->line, EPOLLIN);
        if (r < 0)
                cleanup_close(&c->line.fd);
        return r;
}

void caller_hang_up(struct caller *c) {
        if (c->line.fd < 0)
                return;
        loop_remove(c->loop, &c->line);
        (void)close(c->line.fd);
        c->line.fd = -1;
}

void caller_end(struct caller *c) {
        if (!c->loop)
                return;
        caller_hang_up(c);
        loop_remove(c->loop, &c->folder);
        cleanup_close(&c->folder.fd);
}
