/* SPDX-License-Identifier: MIT */
/* orders.c — a SOCK_SEQPACKET socket with mode 0600; the peer must have our uid, a new connection replaces the one
 * before, and a message that cannot be decoded closes the connection. See orders.h. */
#include "keeper/orders.h"

#include "wire/socket.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/socket.h>

struct orders {
        struct source listening, agent; /* one agent at a time: the newest */
        struct loop *loop;
        const struct grants *grants;
        char address[PATH_MAX];
        void (*given)(void *ctx, const struct keeper_order *o);
        void *ctx;
};

static void orders_leave(struct orders *o) {
        if (o->agent.fd < 0)
                return;
        loop_remove(o->loop, &o->agent);
        (void)close(o->agent.fd);
        o->agent.fd = -1;
}

void orders_hear(struct orders *o) {
        while (o && o->agent.fd >= 0) {
                uint8_t raw[KEEPER_MAX];
                struct keeper_order order;
                ssize_t n = socket_receive(o->agent.fd, raw, sizeof raw, NULL);

                if (n == -EAGAIN)
                        return;
                if (n > 0 && keeper_order_decode(bytes_of(raw, (size_t)n), &order) == 0)
                        o->given(o->ctx, &order);
                else
                        orders_leave(o);
        }
}

static void orders_spoken(struct source *s, uint32_t events) {
        (void)events;
        orders_hear(container_of(s, struct orders, agent));
}

static int send_word(const struct orders *o, const struct keeper_word *word) {
        uint8_t raw[KEEPER_MAX];
        size_t n = keeper_word_encode(word, raw);

        return n ? socket_send(o->agent.fd, raw, n, -1) : -EINVAL;
}

static int orders_say(const struct orders *o, enum keeper_word_type type, const char *path) {
        struct keeper_word word = { .type = type };

        (void)snprintf(word.path, sizeof word.path, "%s", path);
        return send_word(o, &word);
}

void orders_say_medium(const struct orders *o, const char *path, uint64_t diskseq, const struct medium_facts *m) {
        struct keeper_word word = { .type = KEEPER_MEDIUM, .diskseq = diskseq, .medium = *m };

        if (!o || o->agent.fd < 0)
                return;
        (void)snprintf(word.path, sizeof word.path, "%s", path + strlen("devices/"));
        if (send_word(o, &word) < 0) /* the agent gets no answer then, and denies */
                (void)fprintf(stderr, "sekimori-keeper: the agent does not listen\n");
}

/* All messages are sent at once, before the agent has read any: the send buffer must hold them. */
static int orders_introduce(const struct orders *o) {
        const int room = 2 * GRANTS_MAX * KEEPER_MAX;
        int r = 0;

        _Static_assert(GRANTS_MAX <= KEEPER_WORDS_MAX, "or the agent hangs up");
        (void)setsockopt(o->agent.fd, SOL_SOCKET, SO_SNDBUF, &room, sizeof room);
        for (size_t i = 0; i < GRANTS_MAX && r == 0; i++) {
                const struct grant *each = &o->grants->grant[i];

                if (each->system || each->mode == MODE_READ || each->was_read)
                        r = orders_say(o, each->system ? KEEPER_SYSTEM : KEEPER_READING,
                                       each->path + strlen("devices/"));
        }
        return r < 0 ? r : orders_say(o, KEEPER_READY, "");
}

static void orders_arrived(struct source *s, uint32_t events) {
        struct orders *o = container_of(s, struct orders, listening);
        auto_fd fd = accept4(s->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
        uid_t uid;
        gid_t gid;
        pid_t pid;
        int r;

        (void)events;
        if (fd < 0 || socket_peer(fd, &uid, &gid, &pid) < 0 || uid != geteuid())
                return;
        orders_hear(o); /* orders of an agent that has just ended may still be unread */
        orders_leave(o);
        o->agent.fd = take_fd(&fd);
        r = loop_add(o->loop, &o->agent, EPOLLIN);
        if (r == 0)
                r = orders_introduce(o);
        if (r == 0)
                return;
        (void)fprintf(stderr, "sekimori-keeper: tell the agent what the system stands on: %s\n", strerror(-r));
        orders_leave(o);
}

int orders_new(struct loop *l, const char *dir, const struct grants *grants,
               void (*given)(void *ctx, const struct keeper_order *o), void *ctx, struct orders **ret,
               struct err *err) {
        auto_orders o = calloc(1, sizeof *o);
        int r;

        if (!o)
                return err_set(err, -ENOMEM, "orders");
        *o = (struct orders){ .listening = { .fd = -1, .ready = orders_arrived },
                              .agent = { .fd = -1, .ready = orders_spoken },
                              .loop = l,
                              .grants = grants,
                              .given = given,
                              .ctx = ctx };
        (void)snprintf(o->address, sizeof o->address, "%s/" KEEPER_SOCKET, dir);
        r = socket_listen(dir, KEEPER_SOCKET, 0600, &o->listening.fd);
        if (r == 0)
                r = loop_add(l, &o->listening, EPOLLIN);
        if (r < 0)
                return err_errno(err, r, "listen at %s", o->address);
        *ret = TAKE(o);
        return 0;
}

void orders_free(struct orders *o) {
        if (!o)
                return;
        orders_leave(o);
        if (o->listening.fd >= 0) {
                loop_remove(o->loop, &o->listening);
                (void)close(o->listening.fd);
                (void)unlink(o->address);
        }
        free(o);
}
