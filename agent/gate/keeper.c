/* SPDX-License-Identifier: MIT */
/* keeper.c — see keeper.h. */
#include "gate/keeper.h"

#include "host/file.h"
#include "wire/socket.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/inotify.h>

#define PATIENCE_MS 5000 /* systemd starts it again at once */

struct keeper {
        struct source folder, line;
        struct timer patience;
        struct loop *loop;
        char dir[PATH_MAX];
        bool in_force;
        void (*changed)(void *ctx);
        void *ctx;
};

static void hang_up(struct keeper *k) {
        if (k->line.fd < 0)
                return;
        loop_remove(k->loop, &k->line);
        (void)close(k->line.fd);
        k->line.fd = -1;
}

/* It never says anything: it went away. */
static void ended(struct source *s, uint32_t events) {
        struct keeper *k = container_of(s, struct keeper, line);

        (void)events;
        hang_up(k);
        (void)timer_in_ms(&k->patience, PATIENCE_MS);
}

static void out_of_patience(struct timer *t, bool clock_was_set) {
        struct keeper *k = container_of(t, struct keeper, patience);

        (void)clock_was_set;
        if (k->line.fd >= 0 || !k->in_force)
                return;
        k->in_force = false;
        k->changed(k->ctx);
}

/* Only root may listen in that folder; whoever does is it. */
static bool call(struct keeper *k) {
        hang_up(k);
        if (socket_connect(k->dir, KEEPER_SOCKET, &k->line.fd) < 0)
                return false;
        if (loop_add(k->loop, &k->line, EPOLLIN) < 0) {
                (void)close(k->line.fd);
                k->line.fd = -1;
        }
        k->in_force = k->line.fd >= 0;
        return k->in_force;
}

static void folder_changed(struct source *s, uint32_t events) {
        struct keeper *k = container_of(s, struct keeper, folder);
        union {
                struct inotify_event event; /* for its alignment */
                char room[sizeof(struct inotify_event) + NAME_MAX + 1];
        } raw;
        bool came = false;

        (void)events;
        while (read(s->fd, &raw, sizeof raw) > 0)
                came = came || (raw.event.len && strcmp(raw.event.name, KEEPER_SOCKET) == 0);
        if (came && call(k))
                k->changed(k->ctx);
}

int keeper_new(struct loop *l, const char *runtime_dir, void (*changed)(void *ctx), void *ctx, struct keeper **ret,
               struct err *err) {
        auto_keeper k = calloc(1, sizeof *k);
        int r;

        if (!k)
                return err_set(err, -ENOMEM, "keeper");
        *k = (struct keeper){ .folder = { .fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK), .ready = folder_changed },
                              .line = { .fd = -1, .ready = ended },
                              .patience.source.fd = -1,
                              .loop = l,
                              .changed = changed,
                              .ctx = ctx };
        (void)snprintf(k->dir, sizeof k->dir, "%s", runtime_dir);
        if (k->folder.fd < 0 || inotify_add_watch(k->folder.fd, k->dir, IN_MOVED_TO | IN_ONLYDIR) < 0)
                return err_errno(err, -errno, "watch %s", runtime_dir);
        r = loop_add(l, &k->folder, EPOLLIN);
        if (r == 0)
                r = timer_init(&k->patience, l, CLOCK_MONOTONIC, out_of_patience);
        if (r < 0)
                return err_errno(err, r, "keeper");
        (void)call(k);
        *ret = TAKE(k);
        return 0;
}

void keeper_free(struct keeper *k) {
        if (!k)
                return;
        hang_up(k);
        timer_deinit(&k->patience);
        if (k->folder.fd >= 0) {
                loop_remove(k->loop, &k->folder);
                (void)close(k->folder.fd);
        }
        free(k);
}

bool keeper_in_force(const struct keeper *k) {
        return k && k->in_force;
}

int keeper_tell(struct keeper *k, enum keeper_order_type type, const char *path) {
        struct keeper_order order = { .type = type };
        uint8_t raw[KEEPER_MAX];
        size_t n;

        if (!k || k->line.fd < 0)
                return -ENOTCONN;
        if ((size_t)snprintf(order.path, sizeof order.path, "%s", path) >= sizeof order.path)
                return -ENAMETOOLONG;
        n = keeper_order_encode(&order, raw);
        return n ? socket_send(k->line.fd, raw, n, -1) : -EINVAL;
}

void keeper_why(const struct keeper *k, char ret[KEEPER_WHY]) {
        auto_fd dir = k ? open(k->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW) : -1;

        if (dir < 0 || keeper_in_force(k) || file_read_line(dir, KEEPER_NOTE, ret, KEEPER_WHY) < 0)
                ret[0] = '\0';
}
