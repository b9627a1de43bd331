/* SPDX-License-Identifier: MIT */
/* network_boxes.h — with whom one interface may talk, cut so that the kernel takes it: its sets of concatenated
 * intervals refuse what overlaps, and peers may overlap. No I/O. */
#pragma once

#include "base/err.h"
#include "decision/network.h"

#define BOXES_MAX 65536 /* of one question, and of all: what is more entangled than this is refused */

/* As a number, so that neighbours can be told: an IPv4 address in its low 32 bits. */
typedef unsigned __int128 box_address;

/* Every packet within all three intervals (both ends belong to them) is the peer's. Protocols are those of IP's header;
 * one without ports has all of them. */
struct box {
        box_address first, last;
        uint16_t port_first, port_last;
        uint8_t protocol_first, protocol_last;
        uint16_t peer; /* index in the policy; n_peers is the resolvers, n_peers + 1 the clocks */
};

struct box_question {
        enum network_direction direction; /* NETWORK_OUT or NETWORK_IN: who begins */
        int interface;                    /* index in the policy */
        bool v6;
};

/* Boxes that do not overlap, by which each packet belongs to the first peer that allows it, or to none. The caller
 * frees *ret. -E2BIG, -ENOMEM. */
int boxes_make(const struct network_terms *n, const struct box_question *q, struct box **ret, size_t *ret_n,
               struct err *err);

/* Can the kernel be given all of it? Asked of every policy before it is believed: one that came into force and could
 * not be carried out would leave the one before in the kernel. 0, -E2BIG, -ENOMEM. */
int boxes_fit(const struct network_terms *n, struct err *err);
