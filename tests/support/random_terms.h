/* SPDX-License-Identifier: MIT */
/* random_terms.h — what a policy could say of the network, by chance: peers that overlap in every way. */
#pragma once

#include "decision/network.h"

#include <stdlib.h>
#include <string.h>

#define PEERS 12
#define SPACE 24 /* addresses that the random policies speak of, and one more beside them */

struct random_terms {
        struct network_terms terms;
        struct network_peer peers[PEERS];
        struct address_range addresses[PEERS * 2 + 2];
        struct port_range ports[PEERS * 2];
};

static inline void address_set(bool v6, unsigned n, uint8_t to[16]) {
        memset(to, 0, 16);
        to[v6 ? 15 : 3] = (uint8_t)n;
}

static inline struct address_range range_of(bool v6, unsigned first, unsigned last) {
        struct address_range r = { .v6 = v6 };

        address_set(v6, first, r.first);
        address_set(v6, last, r.last);
        return r;
}

static inline struct address_range range_random(void) {
        unsigned first = (unsigned)rand() % SPACE, last = first + (unsigned)rand() % (SPACE - first);

        return range_of(rand() % 2, first, rand() % 2 ? first : last);
}

/* Few ports, so that they meet; the ends are among them. */
static const uint16_t edges[] = { 0, 1, 2, 3, 4, 5, 443, 444, 65534, 65535 };
#define EDGES (sizeof edges / sizeof *edges)

static inline void peer_random(struct network_peer *p, struct address_range *addresses, struct port_range *ports) {
        *p = (struct network_peer){ .name = "",
                                    .addresses = addresses,
                                    .n_addresses = 1 + (size_t)rand() % 2,
                                    .ports = ports,
                                    .direction = (enum network_direction)(1 + rand() % 3),
                                    .interface = rand() % 3 - 1 };
        for (size_t i = 0; i < p->n_addresses; i++)
                addresses[i] = range_random();
        p->protocols = rand() % 4 ? (1U + (uint32_t)rand() % (PROTOCOL_BIT(PROTOCOL_ANY) - 1)) : PROTOCOLS_ALL;
        if (rand() % 2)
                p->protocols &= PROTOCOLS_WITH_PORTS;
        if (!p->protocols)
                p->protocols = PROTOCOL_BIT(PROTOCOL_TCP);
        p->n_ports = p->protocols & ~PROTOCOLS_WITH_PORTS ? 0 : (size_t)rand() % 3;
        for (size_t i = 0; i < p->n_ports; i++) {
                size_t first = (size_t)rand() % EDGES;

                ports[i].first = edges[first];
                ports[i].last = edges[first + (size_t)rand() % (EDGES - first)];
        }
}

static inline void terms_random(struct random_terms *g) {
        *g = (struct random_terms){ .terms = { .peers = g->peers, .n_peers = 1 + (size_t)rand() % PEERS } };
        for (size_t i = 0; i < g->terms.n_peers; i++)
                peer_random(&g->peers[i], &g->addresses[i * 2], &g->ports[i * 2]);
        g->addresses[(size_t)PEERS * 2] = range_of(rand() % 2, 3, 3);
        g->addresses[(size_t)PEERS * 2 + 1] = range_of(rand() % 2, 4, 4);
        g->terms.names = &g->addresses[(size_t)PEERS * 2];
        g->terms.times = g->terms.names + 1;
        g->terms.n_names = g->terms.n_times = 1;
}
