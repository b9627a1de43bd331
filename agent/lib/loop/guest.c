/* SPDX-License-Identifier: MIT */
/* guest.c — see guest.h. */
#include "loop/guest.h"

#include "wire/socket.h"

#include <stdio.h>
#include <sys/epoll.h>
#include <sys/socket.h>

void guest_leave(struct guest *g) {
        if (g->line.fd < 0)
                return;
        loop_remove(g->loop, &g->line);
        (void)close(g->line.fd);
        g->line.fd = -1;
}

static void line_ready(struct source *s, uint32_t events) {
        struct guest *g = container_of(s, struct guest, line);

        (void)events;
        g->spoken(g);
}

static void guest_came(struct source *s, uint32_t events) {
        struct guest *g = container_of(s, struct guest, listening);
        auto_fd fd = accept4(s->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
        uid_t uid;
        gid_t gid;
        pid_t pid;

        (void)events;
        if (fd < 0 || socket_peer(fd, &uid, &gid, &pid) < 0 || uid != geteuid())
                return;
        if (guest_is_there(g))
                g->spoken(g); /* what one that has just ended has sent may still be unread */
        guest_leave(g);
        g->line.fd = take_fd(&fd);
        if (loop_add(g->loop, &g->line, EPOLLIN) < 0)
                guest_leave(g);
        else if (g->arrived)
                g->arrived(g);
}

int guest_listen(struct guest *g, struct loop *l, const char *dir, const char *name, struct err *err) {
        int r;

        g->loop = l;
        g->listening = (struct source){ .fd = -1, .ready = guest_came };
        g->line = (struct source){ .fd = -1, .ready = line_ready };
        (void)snprintf(g->address, sizeof g->address, "%s/%s", dir, name);
        r = socket_listen(dir, name, 0600, &g->listening.fd);
        if (r == 0)
                r = loop_add(l, &g->listening, EPOLLIN);
        return r < 0 ? err_errno(err, r, "listen at %s", g->address) : 0;
}

void guest_end(struct guest *g) {
        guest_leave(g);
        if (g->listening.fd < 0)
                return;
        loop_remove(g->loop, &g->listening);
        (void)close(g->listening.fd);
        (void)unlink(g->address);
        g->listening.fd = -1;
}
