/* SPDX-License-Identifier: MIT */
/* network_describe.h — `network:` in words, one aspect at a time, so that two can be compared by what people read. */
#pragma once

#include "base/language.h"
#include "decision/network.h"

#include <stdio.h>

enum peer_aspect {
        PEER_ADDRESSES,
        PEER_SERVICE, /* protocol and ports */
        PEER_DIRECTION,
        PEER_INTERFACE,
        PEER_REASON,
        PEER_CLAUSE,
        PEER_ASPECTS,
};

const char *peer_aspect_name(enum peer_aspect a, enum language l);

/* Nothing where the peer says nothing of it. */
void peer_describe(FILE *to, const struct network_terms *n, const struct network_peer *peer, enum peer_aspect a,
                   enum language l);

/* The whole peer but its name, reason and clause, in a line. */
void peer_describe_all(FILE *to, const struct network_terms *n, const struct network_peer *peer, enum language l);

/* By what an interface is known, and whether its address may come from a server. */
void network_interface_describe(FILE *to, const struct network_interface *i, enum language l);

/* 10.1.2.0/24, 10.1.3.4 */
void address_ranges_describe(FILE *to, const struct address_range *ranges, size_t n);
