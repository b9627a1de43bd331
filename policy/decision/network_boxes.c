/* SPDX-License-Identifier: MIT */
/* network_boxes.c — a sweep in three dimensions: along the addresses, in each slab of them along the protocols, and in
 * each of those along the ports. What stays the same across a border goes on, so that a wide peer is not cut by its
 * neighbours. */
#include "decision/network_boxes.h"

#include "base/cleanup.h"
#include "decision/network_pieces.h"

#include <errno.h>
#include <stdlib.h>

#define WORK_MAX (1U << 26) /* steps of one question: half a second */

struct sweep {
        const struct box **active; /* pieces that meet the slab of addresses, in the order of the peers */
        size_t n_active, work;
        struct box_list ports, spare;    /* of one slab of addresses and protocols; and where its next state is made */
        struct box_list protocols, slab; /* not ended yet along the protocols; ended: what the slab of addresses has */
        struct box_list open, done;      /* likewise along the addresses */
};

static void box_lists_swap(struct box_list *a, struct box_list *b) {
        struct box_list kept = *a;

        *a = *b;
        *b = kept;
}

static int ports_order(const struct box *a, const struct box *b) {
        return (a->port_first > b->port_first) - (a->port_first < b->port_first);
}

static int protocols_order(const struct box *a, const struct box *b) {
        int r = (a->protocol_first > b->protocol_first) - (a->protocol_first < b->protocol_first);

        return r ? r : ports_order(a, b);
}

static bool ports_are_the_same(const struct box *a, const struct box *b) {
        return a->port_first == b->port_first && a->port_last == b->port_last && a->peer == b->peer;
}

static bool protocols_are_the_same(const struct box *a, const struct box *b) {
        return a->protocol_first == b->protocol_first && a->protocol_last == b->protocol_last
               && ports_are_the_same(a, b);
}

static void protocol_goes_on(const struct box *from, struct box *to) {
        to->protocol_first = from->protocol_first;
}

static void address_goes_on(const struct box *from, struct box *to) {
        to->first = from->first;
}

/* What is swept along: how two boxes of one slab are sorted, and whether one beyond the border is the same. */
struct dimension {
        int (*order)(const struct box *a, const struct box *b);
        bool (*same)(const struct box *a, const struct box *b);
        void (*go_on)(const struct box *from, struct box *to);
};
static const struct dimension protocols = { ports_order, ports_are_the_same, protocol_goes_on };
static const struct dimension addresses = { protocols_order, protocols_are_the_same, address_goes_on };

/* A border is passed: what was open and is the same in the next slab goes on, the rest has ended; the slab is open. */
static void border_pass(struct sweep *s, const struct dimension *d, struct box_list *open, struct box_list *slab,
                        struct box_list *ended) {
        size_t k = 0;

        for (size_t i = 0; i < open->n; i++) {
                while (k < slab->n && d->order(&slab->boxes[k], &open->boxes[i]) < 0)
                        k++;
                if (k < slab->n && d->same(&open->boxes[i], &slab->boxes[k]))
                        d->go_on(&open->boxes[i], &slab->boxes[k]);
                else
                        box_list_push(ended, &open->boxes[i]);
        }
        s->work += open->n + slab->n;
        box_lists_swap(open, slab);
        slab->n = 0;
}

/* A later peer gets what is free between those before it. */
static void ports_fill(struct sweep *s, const struct box *piece) {
        struct box gap = *piece;
        unsigned at = piece->port_first;

        s->work += s->ports.n + 1;
        if (s->work > WORK_MAX)
                return;
        s->spare.n = 0;
        for (size_t i = 0; i <= s->ports.n; i++) {
                const struct box *taken = i < s->ports.n ? &s->ports.boxes[i] : NULL;
                unsigned end = taken ? taken->port_first : UINT16_MAX + 1U;

                if (end > piece->port_last)
                        end = piece->port_last + 1U;
                if (at < end) {
                        gap.port_first = (uint16_t)at;
                        gap.port_last = (uint16_t)(end - 1);
                        box_list_push(&s->spare, &gap);
                }
                if (taken) {
                        box_list_push(&s->spare, taken);
                        at = taken->port_last + 1U > at ? taken->port_last + 1U : at;
                }
        }
        box_lists_swap(&s->ports, &s->spare);
}

/* Neighbours of one peer are one. */
static void ports_join(struct box_list *l) {
        size_t n = 0;

        for (size_t i = 0; i < l->n; i++) {
                struct box *before = n ? &l->boxes[n - 1] : NULL;

                if (before && before->peer == l->boxes[i].peer && before->port_last + 1U == l->boxes[i].port_first)
                        before->port_last = l->boxes[i].port_last;
                else
                        l->boxes[n++] = l->boxes[i];
        }
        l->n = n;
}

/* No piece begins or ends between these two protocols. */
static void ports_sweep(struct sweep *s, unsigned first, unsigned last) {
        for (size_t i = 0; i < s->n_active; i++)
                if (s->active[i]->protocol_first <= first && last <= s->active[i]->protocol_last)
                        ports_fill(s, s->active[i]);
        ports_join(&s->ports);
        for (size_t i = 0; i < s->ports.n; i++) {
                s->ports.boxes[i].protocol_first = (uint8_t)first;
                s->ports.boxes[i].protocol_last = (uint8_t)last;
        }
        s->work += s->n_active;
}

static int slab_compare(const void *a, const void *b) {
        return protocols_order(a, b);
}

static void protocols_sweep(struct sweep *s) {
        bool border[UINT8_MAX + 2] = { [UINT8_MAX + 1] = true };

        for (size_t i = 0; i < s->n_active; i++)
                border[s->active[i]->protocol_first] = border[s->active[i]->protocol_last + 1] = true;
        for (unsigned p = 1, first = 0; p <= UINT8_MAX + 1; p++)
                if (border[p]) {
                        ports_sweep(s, first, p - 1);
                        border_pass(s, &protocols, &s->protocols, &s->ports, &s->slab);
                        first = p;
                }
        border_pass(s, &protocols, &s->protocols, &s->ports, &s->slab); /* nothing is beyond the last */
        if (s->slab.n > 1)
                qsort(s->slab.boxes, s->slab.n, sizeof *s->slab.boxes, slab_compare);
}

/* No piece begins or ends between these two addresses. */
static void slab_sweep(struct sweep *s, box_address first, box_address last) {
        if (s->n_active)
                protocols_sweep(s);
        for (size_t i = 0; i < s->slab.n; i++) {
                s->slab.boxes[i].first = first;
                s->slab.boxes[i].last = last;
        }
        border_pass(s, &addresses, &s->open, &s->slab, &s->done);
}

static int number_compare(const void *a, const void *b) {
        box_address x = *(const box_address *)a, y = *(const box_address *)b;

        return (x > y) - (x < y);
}

static int piece_compare(const void *a, const void *b) {
        const struct box *x = *(const struct box *const *)a, *y = *(const struct box *const *)b;

        return x->first != y->first ? (x->first > y->first) - (x->first < y->first) : (x > y) - (x < y);
}

/* Where a piece begins, and where one has ended: sorted, each once. Behind the last address of IPv6 is 0 again. */
static size_t borders_find(const struct box_list *pieces, box_address *ret) {
        size_t n = 0, unique = 0;

        for (size_t i = 0; i < pieces->n; i++) {
                ret[n++] = pieces->boxes[i].first;
                ret[n++] = pieces->boxes[i].last + 1;
        }
        qsort(ret, n, sizeof *ret, number_compare);
        for (size_t i = 0; i < n; i++)
                if (!unique || ret[unique - 1] != ret[i])
                        ret[unique++] = ret[i];
        return unique;
}

/* Pieces stand in the order of the peers, and so do those that are active. */
static void active_update(struct sweep *s, const struct box *const *sorted, size_t n, size_t *next, box_address at) {
        size_t kept = 0;

        for (size_t i = 0; i < s->n_active; i++)
                if (s->active[i]->last >= at)
                        s->active[kept++] = s->active[i];
        s->work += s->n_active;
        for (; *next < n && sorted[*next]->first == at; (*next)++, kept++) {
                size_t i = kept;

                for (; i && s->active[i - 1] > sorted[*next]; i--)
                        s->active[i] = s->active[i - 1];
                s->active[i] = sorted[*next];
                s->work += kept - i;
        }
        s->n_active = kept;
}

static int addresses_sweep(struct sweep *s, const struct box_list *pieces) {
        auto_free box_address *borders = calloc(2 * pieces->n + 1, sizeof *borders);
        auto_free const struct box **sorted = calloc(pieces->n + 1, sizeof(struct box *));
        size_t n = 0, next = 0;

        s->active = calloc(pieces->n + 1, sizeof(struct box *));
        if (!borders || !sorted || !s->active)
                return -ENOMEM;
        for (size_t i = 0; i < pieces->n; i++)
                sorted[i] = &pieces->boxes[i];
        qsort(sorted, pieces->n, sizeof(struct box *), piece_compare);
        n = borders_find(pieces, borders);
        for (size_t i = 0; i < n; i++) {
                active_update(s, sorted, pieces->n, &next, borders[i]);
                slab_sweep(s, borders[i], i + 1 < n ? borders[i + 1] - 1 : ~(box_address)0);
                if (s->work > WORK_MAX)
                        return -E2BIG;
        }
        border_pass(s, &addresses, &s->open, &s->slab, &s->done);
        return 0;
}

/* One list after another: false where one of them could not be what it should. */
static int sweep_end(struct sweep *s) {
        struct box_list *lists[] = { &s->ports, &s->spare, &s->protocols, &s->slab, &s->open };
        int r = s->done.broken;

        for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
                if (lists[i]->broken)
                        r = lists[i]->broken;
                free(lists[i]->boxes);
        }
        free(s->active);
        return r;
}

static int boxes_refuse(int r, struct err *err) {
        return r == -ENOMEM
                       ? err_say(err, r, "メモリーが足りません", "out of memory")
                       : err_say(err, r, "network: のアドレスとポートの組み合わせが多すぎます。範囲にまとめてください",
                                 "network: has too many combinations of addresses and ports: write them as ranges");
}

int boxes_make(const struct network_terms *n, const struct box_question *q, struct box **ret, size_t *ret_n,
               struct err *err) {
        struct box_list pieces = { 0 };
        struct sweep s = { 0 };
        int r, broken;

        pieces_gather(n, q, &pieces);
        r = pieces.broken ? pieces.broken : addresses_sweep(&s, &pieces);
        broken = sweep_end(&s);
        free(pieces.boxes);
        if (r == 0)
                r = broken;
        if (r == 0) {
                *ret = s.done.boxes;
                *ret_n = s.done.n;
                return 0;
        }
        free(s.done.boxes);
        return boxes_refuse(r, err);
}

static bool interface_has_its_own(const struct network_terms *n, size_t interface) {
        for (size_t i = 0; i < n->n_peers; i++)
                if (n->peers[i].interface == (int)interface)
                        return true;
        return false;
}

static int boxes_count(const struct network_terms *n, const struct box_question *q, size_t *total, struct err *err) {
        auto_free struct box *boxes = NULL;
        size_t more = 0;
        int r = boxes_make(n, q, &boxes, &more, err);

        *total += more;
        return r == 0 && *total > BOXES_MAX ? boxes_refuse(-E2BIG, err) : r;
}

/* Interfaces that no peer names have the same peers: one of them is asked about, and counts once. */
int boxes_fit(const struct network_terms *n, struct err *err) {
        bool plain = false;
        size_t total = 0;
        int r = 0;

        for (size_t i = 0; r == 0 && i < n->n_interfaces; i++) {
                const bool own = interface_has_its_own(n, i);

                for (int k = 0; r == 0 && (own || !plain) && k < 4; k++)
                        r = boxes_count(n, &(struct box_question){ k & 1 ? NETWORK_IN : NETWORK_OUT, (int)i, k & 2 },
                                        &total, err);
                plain = plain || !own;
        }
        return r;
}
