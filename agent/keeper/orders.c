/* SPDX-License-Identifier: MIT */
/* orders.c — a message that cannot be decoded closes the connection. See orders.h, guest.h. */
#include "keeper/orders.h"

#include "loop/guest.h"
#include "wire/socket.h"

#include <errno.h>
#include <stdio.h>
#include <sys/socket.h>

struct orders {
        struct guest agent; /* one at a time: the newest */
        const struct grants *grants;
        void (*given)(void *ctx, const struct keeper_order *o);
        void *ctx;
};

void orders_hear(struct orders *o) {
        while (o && guest_is_there(&o->agent)) {
                uint8_t raw[KEEPER_MAX];
                struct keeper_order order;
                ssize_t n = socket_receive(o->agent.line.fd, raw, sizeof raw, NULL);

                if (n == -EAGAIN)
                        return;
                if (n > 0 && keeper_order_decode(bytes_of(raw, (size_t)n), &order) == 0)
                        o->given(o->ctx, &order);
                else
                        guest_leave(&o->agent);
        }
}

static void orders_spoken(struct guest *g) {
        orders_hear(container_of(g, struct orders, agent));
}

static int send_word(const struct orders *o, const struct keeper_word *word) {
        uint8_t raw[KEEPER_MAX];
        size_t n = keeper_word_encode(word, raw);

        return n ? socket_send(o->agent.line.fd, raw, n, -1) : -EINVAL;
}

static int orders_say(const struct orders *o, enum keeper_word_type type, const char *path) {
        struct keeper_word word = { .type = type };

        (void)snprintf(word.path, sizeof word.path, "%s", path);
        return send_word(o, &word);
}

void orders_say_medium(const struct orders *o, const char *path, uint64_t diskseq, const struct medium_facts *m) {
        struct keeper_word word = { .type = KEEPER_MEDIUM, .diskseq = diskseq, .medium = *m };

        if (!o || !guest_is_there(&o->agent))
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
        (void)setsockopt(o->agent.line.fd, SOL_SOCKET, SO_SNDBUF, &room, sizeof room);
        for (size_t i = 0; i < GRANTS_MAX && r == 0; i++) {
                const struct grant *each = &o->grants->grant[i];

                if (each->system || each->mode == MODE_READ || each->was_read)
                        r = orders_say(o, each->system ? KEEPER_SYSTEM : KEEPER_READING,
                                       each->path + strlen("devices/"));
        }
        return r < 0 ? r : orders_say(o, KEEPER_READY, "");
}

static void orders_arrived(struct guest *g) {
        struct orders *o = container_of(g, struct orders, agent);
        int r = orders_introduce(o);

        if (r == 0)
                return;
        (void)fprintf(stderr, "sekimori-keeper: tell the agent what the system stands on: %s\n", strerror(-r));
        guest_leave(g);
}

int orders_new(struct loop *l, const char *dir, const struct grants *grants,
               void (*given)(void *ctx, const struct keeper_order *o), void *ctx, struct orders **ret,
               struct err *err) {
        auto_orders o = calloc(1, sizeof *o);
        int r;

        if (!o)
                return err_set(err, -ENOMEM, "orders");
        *o = (struct orders){ .agent = { .spoken = orders_spoken, .arrived = orders_arrived },
                              .grants = grants,
                              .given = given,
                              .ctx = ctx };
        r = guest_listen(&o->agent, l, dir, KEEPER_SOCKET, err);
        if (r < 0)
                return r;
        *ret = TAKE(o);
        return 0;
}

void orders_free(struct orders *o) {
        if (!o)
                return;
        guest_end(&o->agent);
        free(o);
}
