/* SPDX-License-Identifier: MIT */
/* network_plane.h — `network:` as it is compiled, from within. For the files of policy/; agent/ sees network.h. */
#pragma once

#include "decision/network.h"

/* Texts are offsets into the policy's pool, and ranges indexes, until network_plane_settle(). */
struct network_interface_texts {
        uint32_t name, driver, path;
};

struct network_peer_texts {
        uint32_t name, clause, reason;
        uint32_t address, port; /* the first one's index */
};

struct network_plane {
        struct network_terms terms; /* at.line 0: the policy says nothing of it */
        struct network_interface *interfaces;
        struct network_interface_texts *interface_texts;
        struct network_peer *peers;
        struct network_peer_texts *peer_texts;
        struct address_range *addresses; /* of all peers, then the resolvers and the clocks */
        struct port_range *ports;
        size_t n_addresses, n_ports;
};

/* Call when the pool is settled: pointers are set, and what was only needed for them is freed. */
void network_plane_settle(struct policy *p);
void network_plane_deinit(struct network_plane *n);

/* What a careful colleague would say of it; and what changes from one policy to the next is compare.h's. */
typedef void network_warn(void *ctx, struct place at, const char *text);
void network_warnings(const struct policy *p, bool english, network_warn *warn, void *ctx);
