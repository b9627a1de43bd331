/* SPDX-License-Identifier: MIT */
/* network_pieces.c — see network_pieces.h. */
#include "decision/network_pieces.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>

/* In IPv4, and in IPv6. */
static const uint8_t numbers[PROTOCOLS][2] = {
        [PROTOCOL_TCP] = { IPPROTO_TCP, IPPROTO_TCP },    [PROTOCOL_UDP] = { IPPROTO_UDP, IPPROTO_UDP },
        [PROTOCOL_SCTP] = { IPPROTO_SCTP, IPPROTO_SCTP }, [PROTOCOL_ICMP] = { IPPROTO_ICMP, IPPROTO_ICMPV6 },
        [PROTOCOL_GRE] = { IPPROTO_GRE, IPPROTO_GRE },    [PROTOCOL_ESP] = { IPPROTO_ESP, IPPROTO_ESP },
};

void box_list_push(struct box_list *l, const struct box *b) {
        if (l->broken)
                return;
        if (l->n == BOXES_MAX) {
                l->broken = -E2BIG;
                return;
        }
        if (l->n == l->room) {
                size_t room = l->room ? 2 * l->room : 64;
                struct box *more = reallocarray(l->boxes, room, sizeof *more);

                if (!more) {
                        l->broken = -ENOMEM;
                        return;
                }
                l->boxes = more;
                l->room = room;
        }
        l->boxes[l->n++] = *b;
}

static box_address address_number(const uint8_t *bytes, bool v6) {
        box_address n = 0;

        for (size_t i = 0; i < (v6 ? 16U : 4U); i++)
                n = n << 8 | bytes[i];
        return n;
}

static void piece_push_ports(const struct network_peer *peer, struct box b, struct box_list *ret) {
        b.port_last = UINT16_MAX;
        if (!peer->n_ports)
                box_list_push(ret, &b);
        for (size_t i = 0; i < peer->n_ports; i++) {
                b.port_first = peer->ports[i].first;
                b.port_last = peer->ports[i].last;
                box_list_push(ret, &b);
        }
}

static void piece_push_protocols(const struct network_peer *peer, bool v6, struct box b, struct box_list *ret) {
        if (peer->protocols == PROTOCOLS_ALL) {
                b.protocol_last = UINT8_MAX;
                piece_push_ports(peer, b, ret);
                return;
        }
        for (unsigned p = 0; p < PROTOCOL_ANY; p++)
                if (peer->protocols & PROTOCOL_BIT(p)) {
                        b.protocol_first = b.protocol_last = numbers[p][v6];
                        piece_push_ports(peer, b, ret);
                }
}

static void peer_pieces(const struct network_peer *peer, size_t at, const struct box_question *q,
                        struct box_list *ret) {
        if (!(peer->direction & q->direction)
            || (peer->interface != NETWORK_INTERFACE_ANY && peer->interface != q->interface))
                return;
        for (size_t i = 0; i < peer->n_addresses && !ret->broken; i++) {
                const struct address_range *a = &peer->addresses[i];
                struct box b = { .peer = (uint16_t)at };

                if (a->v6 != q->v6)
                        continue;
                b.first = address_number(a->first, a->v6);
                b.last = address_number(a->last, a->v6);
                piece_push_protocols(peer, q->v6, b, ret);
        }
}

void pieces_gather(const struct network_terms *n, const struct box_question *q, struct box_list *ret) {
        static const struct port_range dns = { NETWORK_PORT_NAMES, NETWORK_PORT_NAMES },
                                       ntp = { NETWORK_PORT_TIME, NETWORK_PORT_TIME };
        const struct network_peer names = { .addresses = n->names,
                                            .n_addresses = n->n_names,
                                            .ports = &dns,
                                            .n_ports = 1,
                                            .protocols = PROTOCOL_BIT(PROTOCOL_UDP) | PROTOCOL_BIT(PROTOCOL_TCP),
                                            .direction = NETWORK_OUT,
                                            .interface = NETWORK_INTERFACE_ANY };
        struct network_peer times = names;

        times.addresses = n->times;
        times.n_addresses = n->n_times;
        times.ports = &ntp;
        times.protocols = PROTOCOL_BIT(PROTOCOL_UDP);
        for (size_t i = 0; i < n->n_peers; i++)
                peer_pieces(&n->peers[i], i, q, ret);
        peer_pieces(&names, n->n_peers, q, ret);
        peer_pieces(&times, n->n_peers + 1, q, ret);
}
