/* SPDX-License-Identifier: MIT */
/* network_allows.c — whether a policy lets one conversation through. See network.h. */
#include "decision/network.h"

static bool ranges_have(const struct address_range *ranges, size_t n, const struct address_range *address) {
        for (size_t i = 0; i < n; i++)
                if (address_range_covers(&ranges[i], address))
                        return true;
        return false;
}

static bool peer_has_port(const struct network_peer *peer, enum protocol p, uint16_t port) {
        if (!peer->n_ports || !(PROTOCOLS_WITH_PORTS & PROTOCOL_BIT(p)))
                return true;
        for (size_t i = 0; i < peer->n_ports; i++)
                if (peer->ports[i].first <= port && port <= peer->ports[i].last)
                        return true;
        return false;
}

static bool peer_allows(const struct network_peer *peer, enum network_direction began, enum protocol p,
                        const struct address_range *other, uint16_t port) {
        return peer->direction & began && peer->protocols & PROTOCOL_BIT(p) && peer_has_port(peer, p, port)
               && ranges_have(peer->addresses, peer->n_addresses, other);
}

static bool servers_allow(const struct network_terms *t, enum protocol p, const struct address_range *other,
                          uint16_t port) {
        return (port == NETWORK_PORT_NAMES && (p == PROTOCOL_TCP || p == PROTOCOL_UDP)
                && ranges_have(t->names, t->n_names, other))
               || (port == NETWORK_PORT_TIME && p == PROTOCOL_UDP && ranges_have(t->times, t->n_times, other));
}

const struct network_peer *network_peer_at(const struct network_terms *t, enum network_direction any,
                                           const struct address_range *address) {
        for (size_t i = 0; i < t->n_peers; i++)
                if (t->peers[i].direction & any && ranges_have(t->peers[i].addresses, t->peers[i].n_addresses, address))
                        return &t->peers[i];
        return NULL;
}

bool network_allows(const struct network_terms *t, enum network_direction began, enum protocol p,
                    const struct address_range *other, uint16_t port) {
        for (size_t i = 0; i < t->n_peers; i++)
                if (peer_allows(&t->peers[i], began, p, other, port))
                        return true;
        return began == NETWORK_OUT && servers_allow(t, p, other, port);
}
