/* SPDX-License-Identifier: MIT */
/* network_boxes.c — boxes against the question asked anew for each packet: which peer is the first that allows it? */
#include "decision/network_boxes.h"

#include "support/random_terms.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

TestSuite(boxes_make, .timeout = 120);

struct packet {
        unsigned address, port;
        uint8_t protocol;
};

static bool range_has(const struct address_range *r, bool v6, unsigned address) {
        uint8_t a[16];

        address_set(v6, address, a);
        return r->v6 == v6 && memcmp(r->first, a, v6 ? 16 : 4) <= 0 && memcmp(a, r->last, v6 ? 16 : 4) <= 0;
}

static bool peer_has_protocol(const struct network_peer *p, bool v6, uint8_t protocol) {
        const uint8_t numbers[] = { 6, 17, 132, v6 ? 58 : 1, 47, 50 }; /* IANA's, in the order of enum protocol */

        for (unsigned i = 0; i < sizeof numbers; i++)
                if (protocol == numbers[i] && p->protocols & PROTOCOL_BIT(i))
                        return true;
        return p->protocols == PROTOCOLS_ALL;
}

static bool peer_has(const struct network_peer *p, const struct box_question *q, const struct packet *packet) {
        bool address = false, port = !p->n_ports;

        for (size_t i = 0; i < p->n_addresses; i++)
                address |= range_has(&p->addresses[i], q->v6, packet->address);
        for (size_t i = 0; i < p->n_ports; i++)
                port |= p->ports[i].first <= packet->port && packet->port <= p->ports[i].last;
        return address && port && peer_has_protocol(p, q->v6, packet->protocol) && p->direction & q->direction
               && (p->interface < 0 || p->interface == q->interface);
}

/* -1: nobody. */
static int oracle(const struct network_terms *n, const struct box_question *q, const struct packet *p) {
        for (size_t i = 0; i < n->n_peers; i++)
                if (peer_has(&n->peers[i], q, p))
                        return (int)i;
        if (q->direction == NETWORK_OUT && p->port == 53 && (p->protocol == IPPROTO_TCP || p->protocol == IPPROTO_UDP))
                for (size_t i = 0; i < n->n_names; i++)
                        if (range_has(&n->names[i], q->v6, p->address))
                                return (int)n->n_peers;
        if (q->direction == NETWORK_OUT && p->port == 123 && p->protocol == IPPROTO_UDP)
                for (size_t i = 0; i < n->n_times; i++)
                        if (range_has(&n->times[i], q->v6, p->address))
                                return (int)n->n_peers + 1;
        return -1;
}

/* -1: none; -2: two of them. */
static int answer(const struct box *boxes, size_t n, const struct packet *p) {
        int found = -1;

        for (size_t i = 0; i < n; i++)
                if (boxes[i].first <= p->address && p->address <= boxes[i].last && boxes[i].port_first <= p->port
                    && p->port <= boxes[i].port_last && boxes[i].protocol_first <= p->protocol
                    && p->protocol <= boxes[i].protocol_last)
                        found = found == -1 ? boxes[i].peer : -2;
        return found;
}

static void expect_right(const struct random_terms *g, const struct box_question *q) {
        static const unsigned ports[] = { 0, 1, 2, 3, 4, 5, 6, 52, 53, 54, 123, 443, 444, 445, 65533, 65534, 65535 };
        static const uint8_t protocols[] = { 0, 1, 2, 5, 6, 7, 16, 17, 18, 46, 47, 48, 50, 51, 58, 59, 131, 132, 255 };
        auto_free struct box *boxes = NULL;
        size_t n = 0;

        cr_assert_eq(boxes_make(&g->terms, q, &boxes, &n, NULL), 0);
        for (unsigned a = 0; a <= SPACE; a++)
                for (size_t i = 0; i < sizeof protocols; i++)
                        for (size_t k = 0; k < sizeof ports / sizeof *ports; k++) {
                                const struct packet p = { a, ports[k], protocols[i] };
                                int should = oracle(&g->terms, q, &p), is = answer(boxes, n, &p);

                                cr_assert_eq(is, should, "address %u, protocol %u, port %u: %d, not %d", a,
                                             protocols[i], ports[k], is, should);
                        }
}

Test(boxes_make, each_packet_belongs_to_the_first_peer_that_allows_it_and_to_one_box) {
        struct random_terms g;

        srand(17);
        for (int round = 0; round < 100; round++) {
                terms_random(&g);
                expect_right(&g, &(struct box_question){ NETWORK_OUT, 0, false });
                expect_right(&g, &(struct box_question){ NETWORK_OUT, 1, true });
                expect_right(&g, &(struct box_question){ NETWORK_IN, 0, true });
                expect_right(&g, &(struct box_question){ NETWORK_IN, 1, false });
        }
}

static struct network_peer peer_of(const struct address_range *a, const struct port_range *ports, uint32_t protocols) {
        return (struct network_peer){ .addresses = a,
                                      .n_addresses = 1,
                                      .ports = ports,
                                      .n_ports = ports ? 1 : 0,
                                      .protocols = protocols,
                                      .direction = NETWORK_OUT,
                                      .interface = NETWORK_INTERFACE_ANY };
}
static const struct box_question out4 = { NETWORK_OUT, 0, false }, out6 = { NETWORK_OUT, 0, true };

Test(boxes_make, a_wide_peer_is_not_cut_by_those_within_its_addresses) {
        static const struct port_range https = { 443, 443 }, syslog = { 514, 514 };
        struct address_range addresses[21];
        struct network_peer peers[21];
        auto_free struct box *boxes = NULL;
        size_t n = 0;

        for (unsigned i = 0; i < 20; i++) {
                addresses[i] = range_of(false, 10 + 2 * i, 10 + 2 * i);
                peers[i] = peer_of(&addresses[i], &https, PROTOCOL_BIT(PROTOCOL_TCP));
        }
        addresses[20] = range_of(false, 0, 255);
        peers[20] = peer_of(&addresses[20], &syslog, PROTOCOL_BIT(PROTOCOL_UDP));
        cr_assert_eq(boxes_make(&(struct network_terms){ .peers = peers, .n_peers = 21 }, &out4, &boxes, &n, NULL), 0);
        cr_expect_eq(n, 21, "%zu", n);
}

Test(boxes_make, neighbours_of_one_peer_are_one) {
        const struct address_range next[] = { range_of(false, 1, 3), range_of(false, 4, 9) };
        struct network_peer peer = peer_of(next, NULL, PROTOCOLS_ALL);
        auto_free struct box *boxes = NULL;
        size_t n = 0;

        peer.n_addresses = 2;
        cr_assert_eq(boxes_make(&(struct network_terms){ .peers = &peer, .n_peers = 1 }, &out4, &boxes, &n, NULL), 0);
        cr_assert_eq(n, 1);
        cr_expect(boxes[0].first == 1 && boxes[0].last == 9 && boxes[0].protocol_last == 255
                  && boxes[0].port_last == 65535);
}

Test(boxes_make, the_whole_internet_has_an_end) {
        struct address_range all = { .v6 = true };
        struct network_peer peer = peer_of(&all, NULL, PROTOCOLS_ALL);
        auto_free struct box *boxes = NULL, *boxes4 = NULL;
        size_t n = 0;

        memset(all.last, 0xff, sizeof all.last);
        cr_assert_eq(boxes_make(&(struct network_terms){ .peers = &peer, .n_peers = 1 }, &out6, &boxes, &n, NULL), 0);
        cr_assert_eq(n, 1);
        cr_expect(boxes[0].first == 0 && boxes[0].last == ~(box_address)0);
        all.v6 = false;
        cr_assert_eq(boxes_make(&(struct network_terms){ .peers = &peer, .n_peers = 1 }, &out4, &boxes4, &n, NULL), 0);
        cr_assert_eq(n, 1);
        cr_expect(boxes4[0].first == 0 && boxes4[0].last == UINT32_MAX);
}

Test(boxes_make, a_policy_without_peers_has_none) {
        struct box *boxes = NULL;
        size_t n = 1;

        cr_assert_eq(boxes_make(&(struct network_terms){ 0 }, &out4, &boxes, &n, NULL), 0);
        cr_expect_eq(n, 0);
        free(boxes);
}

/* Ranges within ranges, each with ports of its own: what is in the middle has all of them. */
#define NESTED 4000

Test(boxes_make, what_is_too_entangled_is_refused_and_soon) {
        struct address_range *a = calloc(NESTED, sizeof *a);
        struct port_range *ports = calloc(NESTED, sizeof *ports);
        struct network_peer *peers = calloc(NESTED, sizeof *peers);
        struct box *boxes = NULL;
        struct err err = { 0 };
        size_t n = 0;

        cr_assert(a && ports && peers);
        for (unsigned i = 0; i < NESTED; i++) {
                a[i] = range_of(false, 0, 0);
                a[i].first[2] = (uint8_t)(i >> 8);
                a[i].first[3] = (uint8_t)i;
                memset(a[i].last, 0xff, 4);
                a[i].last[2] = (uint8_t) ~(i >> 8);
                a[i].last[3] = (uint8_t)~i;
                ports[i] = (struct port_range){ (uint16_t)(2 * i), (uint16_t)(2 * i) };
                peers[i] = peer_of(&a[i], &ports[i], PROTOCOL_BIT(PROTOCOL_TCP));
        }
        cr_expect_eq(boxes_make(&(struct network_terms){ .peers = peers, .n_peers = NESTED }, &out4, &boxes, &n, &err),
                     -E2BIG);
        cr_expect_null(boxes);
        cr_expect(strstr(err.text, "too many combinations"), "%s", err.text);
        free(a);
        free(ports);
        free(peers);
}

Test(boxes_make, more_than_the_most_are_refused) {
        static struct address_range a[300];
        static struct port_range ports[300];
        struct network_peer peer = peer_of(a, ports, PROTOCOL_BIT(PROTOCOL_TCP));
        struct box *boxes = NULL;
        size_t n = 0;

        for (unsigned i = 0; i < 300; i++) {
                a[i] = range_of(false, 0, 0);
                a[i].first[2] = a[i].last[2] = (uint8_t)(i >> 7);
                a[i].first[3] = a[i].last[3] = (uint8_t)(2 * i);
                ports[i] = (struct port_range){ (uint16_t)(2 * i), (uint16_t)(2 * i) };
        }
        peer.n_addresses = peer.n_ports = 300;
        cr_expect_eq(boxes_make(&(struct network_terms){ .peers = &peer, .n_peers = 1 }, &out4, &boxes, &n, NULL),
                     -E2BIG);
}
