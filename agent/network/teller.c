/* SPDX-License-Identifier: MIT */
/* teller.c — a queue in front of the line: an event leaves it when the line has taken it. See teller.h. */
#include "network/teller.h"

#include "loop/caller.h"
#include "wire/socket.h"

#include <errno.h>
#include <stdlib.h>

#define AGAIN_MS 200 /* an agent that is busy */

struct teller {
        struct caller agent;
        struct timer again;
        struct network_event kept[TELLER_KEPT];
        size_t first, n;
        uint64_t lost; /* not kept, and not told yet */
        struct network_in_force force;
        bool has_force;
        bool is_greeted; /* this agent knows what is in force */
};

static int teller_send(struct teller *t, const struct network_event *e) {
        uint8_t raw[NETWORK_EVENT_MAX];
        size_t n = network_event_encode(e, raw);

        /* One that is out of range cannot be told: it is counted. */
        if (!n)
                t->lost++;
        return n ? socket_send(t->agent.line.fd, raw, n, -1) : 0;
}

static int teller_send_kept(struct teller *t) {
        int r = 0;

        while (t->n && (r = teller_send(t, &t->kept[t->first])) == 0) {
                t->first = (t->first + 1) % TELLER_KEPT;
                t->n--;
        }
        return r;
}

static int teller_send_lost(struct teller *t) {
        int r = t->lost ? teller_send(t, &(struct network_event){ .type = NETWORK_EVENT_LOST, .untold = t->lost }) : 0;

        if (r == 0)
                t->lost = 0;
        return r;
}

static int teller_greet(struct teller *t) {
        int r = 0;

        if (!t->is_greeted && t->has_force)
                r = teller_send(t, &(struct network_event){ .type = NETWORK_EVENT_FORCE, .force = t->force });
        t->is_greeted = t->is_greeted || (r == 0 && t->has_force);
        return r;
}

/* What happened in its order, what could not be kept, and then what holds. */
static void teller_flush(struct teller *t) {
        int r;

        if (!caller_is_connected(&t->agent))
                return;
        r = teller_send_kept(t);
        if (r == 0)
                r = teller_send_lost(t);
        if (r == 0)
                r = teller_greet(t);
        if (r < 0 && r != -EAGAIN)
                caller_hang_up(&t->agent);
        (void)timer_in_ms(&t->again, r == -EAGAIN ? AGAIN_MS : -1);
}

static void again_fired(struct timer *timer, bool clock_was_set) {
        (void)clock_was_set;
        teller_flush(container_of(timer, struct teller, again));
}

static void agent_appeared(struct caller *c) {
        struct teller *t = container_of(c, struct teller, agent);

        t->is_greeted = false;
        if (caller_call(c) == 0)
                teller_flush(t);
}

/* It has nothing to say: it has gone. */
static void agent_spoke(struct caller *c) {
        caller_hang_up(c);
}

void teller_tell(struct teller *t, const struct network_event *e) {
        if (!t)
                return;
        if (t->n < TELLER_KEPT)
                t->kept[(t->first + t->n++) % TELLER_KEPT] = *e;
        else
                t->lost += e->untold + 1;
        teller_flush(t);
}

static bool is_same(const struct network_in_force *a, const struct network_in_force *b) {
        return a->force == b->force && a->serial == b->serial && strcmp(a->why, b->why) == 0;
}

void teller_force(struct teller *t, const struct network_in_force *now) {
        if (!t || (t->has_force && is_same(&t->force, now)))
                return;
        t->force = *now;
        t->has_force = true;
        teller_tell(t, &(struct network_event){ .type = NETWORK_EVENT_FORCE, .force = *now });
}

int teller_new(struct loop *l, const char *runtime_dir, struct teller **ret, struct err *err) {
        auto_teller t = calloc(1, sizeof *t);
        int r;

        if (!t)
                return err_errno(err, -ENOMEM, "teller");
        t->agent = (struct caller){ .line.fd = -1, .appeared = agent_appeared, .spoken = agent_spoke };
        t->again.source.fd = -1;
        r = caller_watch(&t->agent, l, runtime_dir, NETWORK_SOCKET, err);
        if (r < 0)
                return r;
        r = timer_init(&t->again, l, CLOCK_MONOTONIC, again_fired);
        if (r < 0)
                return err_errno(err, r, "teller");
        agent_appeared(&t->agent);
        *ret = TAKE(t);
        return 0;
}

void teller_free(struct teller *t) {
        if (!t)
                return;
        caller_end(&t->agent);
        timer_deinit(&t->again);
        free(t);
}
