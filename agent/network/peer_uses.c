/* SPDX-License-Identifier: MIT */
/* peer_uses.c — see peer_uses.h. A mark says which peer it is, and who began. */
#include "network/peer_uses.h"

#include "host/clock.h"
#include "network/accounting.h"
#include "network/ruleset.h"
#include "network/ruleset_refused.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>

#define ENDED_MS 60000 /* connections that end wake us once in this time */

/* NULL: of another table, or of no peer. */
static struct peer_use *use_of(struct peer_uses *u, uint32_t mark) {
        const uint32_t peer = mark & CT_PEER_MAX;

        return u->generation && mark >> 20 == u->generation && peer < u->n ? &u->all[peer] : NULL;
}

void peer_uses_used(struct peer_uses *u, const struct counted *c, int64_t now_s) {
        const int64_t last_s = now_s - USED_TIMEOUT_S + (int64_t)(c->left_ms / 1000);
        uint32_t mark;
        struct peer_use *p;

        if (c->key_size != sizeof mark)
                return;
        memcpy(&mark, c->key, sizeof mark);
        p = use_of(u, mark);
        if (!p)
                return;
        p->sum += c->packets;
        p->last_s = last_s > p->last_s ? last_s : p->last_s;
}

static void side_add(struct flow_side *to, const struct flow_side *more) {
        to->packets += more->packets;
        to->bytes += more->bytes;
}

void peer_uses_flowed(struct peer_uses *u, const struct flow *f) {
        const bool came_in = f->mark & CT_CAME_IN;
        struct peer_use *p = use_of(u, f->mark);

        if (!p)
                return;
        side_add(&p->sent, came_in ? &f->answered : &f->began);
        side_add(&p->received, came_in ? &f->began : &f->answered);
}

static void used_take(void *ctx, const struct counted *c) {
        peer_uses_used(ctx, c, (int64_t)clock_now().unix_s);
}

static void ended_take(void *ctx, const struct flow *f) {
        peer_uses_flowed(ctx, f);
}

static void open_take(void *ctx, const struct flow *f) {
        struct peer_use *p = use_of(ctx, f->mark);

        if (p)
                p->open++;
        peer_uses_flowed(ctx, f);
}

/* A peer has an element for each interface, and for each direction: their sum falls when one of them is forgotten. */
static int connections_read(struct peer_uses *u, int requests) {
        int r;

        for (size_t i = 0; i < u->n; i++)
                u->all[i].sum = 0;
        r = counts_read(requests, USED_SET, used_take, u);
        for (size_t i = 0; r == 0 && i < u->n; i++) {
                struct peer_use *p = &u->all[i];

                p->connections += p->sum > p->set_connections ? p->sum - p->set_connections : 0;
                p->set_connections = p->sum;
        }
        return r == -ENOENT ? 0 : r; /* no table, no counts */
}

static void ended_read(struct peer_uses *u) {
        if (u->ended.fd >= 0 && flows_ended(u->ended.fd, ended_take, u) == 0)
                u->carried = false;
}

/* What has ended first: what ends meanwhile is heard of the next time. */
static int carried_read(struct peer_uses *u, int requests) {
        int r;

        ended_read(u);
        for (size_t i = 0; i < u->n; i++)
                u->all[i].open = 0;
        r = u->generation ? flows_read(requests, u->generation << 20, CT_GENERATION_MAX << 20, open_take, u) : 0;
        u->carried = u->carried && r == 0;
        return r;
}

int peer_uses_read(struct peer_uses *u, int requests) {
        int connections = connections_read(u, requests), carried = u->ended.fd >= 0 ? carried_read(u, requests) : 0;

        return connections < 0 ? connections : carried;
}

static void ended_ready(struct source *s, uint32_t events) {
        struct peer_uses *u = container_of(s, struct peer_uses, ended);

        (void)events;
        loop_remove(u->loop, s);
        (void)timer_in_ms(&u->later, ENDED_MS);
}

static void later_fired(struct timer *t, bool clock_was_set) {
        struct peer_uses *u = container_of(t, struct peer_uses, later);

        (void)clock_was_set;
        ended_read(u);
        if (loop_add(u->loop, &u->ended, EPOLLIN) < 0)
                u->carried = false;
}

static void ended_close(struct peer_uses *u) {
        (void)timer_in_ms(&u->later, -1);
        loop_remove(u->loop, &u->ended);
        cleanup_close(&u->ended.fd);
        u->ended.fd = -1;
}

static int ended_open(struct peer_uses *u) {
        int r;

        if (u->ended.fd >= 0)
                return 0;
        u->ended.fd = flows_listen();
        if (u->ended.fd < 0)
                return u->ended.fd;
        r = loop_add(u->loop, &u->ended, EPOLLIN);
        if (r < 0)
                ended_close(u);
        return r;
}

int peer_uses_init(struct peer_uses *u, struct loop *l, int net, int kept) {
        *u = (struct peer_uses){
                .loop = l, .ended = { .fd = -1, .ready = ended_ready }, .net = net, .kept = kept, .carried = true
        };
        return timer_init(&u->later, l, CLOCK_MONOTONIC, later_fired);
}

void peer_uses_deinit(struct peer_uses *u) {
        ended_close(u);
        timer_deinit(&u->later);
        free(u->all);
        u->all = NULL;
}

int peer_uses_replaced(struct peer_uses *u, unsigned generation) {
        int r;

        u->generation = generation;
        for (size_t i = 0; i < u->n; i++)
                u->all[i].set_connections = 0;
        if (!generation) {
                ended_close(u);
                return accounting_undo(u->net, u->kept, NULL);
        }
        r = ended_open(u);
        if (r == 0)
                r = accounting_hold(u->net, u->kept);
        u->carried = u->carried && r == 0;
        return r;
}

struct named_use {
        const char *name;
        size_t index;
};

static int by_name(const void *a, const void *b) {
        const struct named_use *x = a, *y = b;
        int r = strcmp(x->name, y->name);

        return r ? r : (x->index > y->index) - (x->index < y->index);
}

static struct named_use *names_sorted(const struct network_terms *n) {
        struct named_use *all = calloc(n->n_peers + 1, sizeof *all);

        for (size_t i = 0; all && i < n->n_peers; i++)
                all[i] = (struct named_use){ n->peers[i].name, i };
        if (all)
                qsort(all, n->n_peers, sizeof *all, by_name);
        return all;
}

/* Both lists in the order of their names: one walk. */
static int uses_carry(const struct peer_uses *u, const struct network_terms *before, const struct network_terms *terms,
                      struct peer_use *to) {
        auto_free struct named_use *old = names_sorted(before), *new = names_sorted(terms);
        size_t k = 0;

        if (!old || !new)
                return -ENOMEM;
        for (size_t i = 0; i < terms->n_peers; i++) {
                while (k < before->n_peers && strcmp(old[k].name, new[i].name) < 0)
                        k++;
                if (k < before->n_peers && strcmp(old[k].name, new[i].name) == 0)
                        to[new[i].index] = u->all[old[k++].index];
        }
        for (size_t i = 0; i < 2; i++) /* resolvers, clocks */
                to[terms->n_peers + i] = u->all[before->n_peers + i];
        return 0;
}

int peer_uses_follow(struct peer_uses *u, const struct network_terms *before, const struct network_terms *terms) {
        static const struct network_terms nobody;
        const struct network_terms *now = terms ? terms : &nobody;
        auto_free struct peer_use *all = calloc(now->n_peers + 2, sizeof *all);
        int r = all ? 0 : -ENOMEM;

        if (r == 0 && before && u->n == before->n_peers + 2)
                r = uses_carry(u, before, now, all);
        free(u->all);
        u->all = r < 0 ? NULL : TAKE(all);
        u->n = r < 0 ? 0 : now->n_peers + 2;
        u->generation = 0;
        return r;
}
