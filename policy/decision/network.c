/* SPDX-License-Identifier: MIT */
/* network.c — what a compiled policy says of the network. */
#include "decision/network_plane.h"

#include "decision/rule.h"

#include <stdlib.h>

const struct network_terms *policy_network(const struct policy *p) {
        return p && p->network.terms.at.line ? &p->network.terms : NULL;
}

static void network_settle_interfaces(struct policy *p) {
        struct network_plane *n = &p->network;

        for (size_t i = 0; i < n->terms.n_interfaces; i++) {
                n->interfaces[i].name = rule_text(p, n->interface_texts[i].name);
                n->interfaces[i].driver = rule_text(p, n->interface_texts[i].driver);
                n->interfaces[i].path = rule_text(p, n->interface_texts[i].path);
        }
        n->terms.interfaces = n->interfaces;
}

static void network_settle_peers(struct policy *p) {
        struct network_plane *n = &p->network;

        for (size_t i = 0; i < n->terms.n_peers; i++) {
                n->peers[i].name = rule_text(p, n->peer_texts[i].name);
                n->peers[i].clause = rule_text(p, n->peer_texts[i].clause);
                n->peers[i].reason = rule_text(p, n->peer_texts[i].reason);
                n->peers[i].addresses = n->addresses + n->peer_texts[i].address;
                n->peers[i].ports = n->ports + n->peer_texts[i].port;
        }
        n->terms.peers = n->peers;
}

void network_plane_settle(struct policy *p) {
        struct network_plane *n = &p->network;
        size_t servers = n->terms.n_names + n->terms.n_times;

        if (!n->terms.at.line)
                return;
        network_settle_interfaces(p);
        network_settle_peers(p);
        n->terms.names = n->addresses + (n->n_addresses - servers);
        n->terms.times = n->terms.names + n->terms.n_names;
        free(n->interface_texts);
        free(n->peer_texts);
        n->interface_texts = NULL;
        n->peer_texts = NULL;
}

void network_plane_deinit(struct network_plane *n) {
        free(n->interfaces);
        free(n->interface_texts);
        free(n->peers);
        free(n->peer_texts);
        free(n->addresses);
        free(n->ports);
}
