/* SPDX-License-Identifier: MIT */
/* peer_uses.h — how the policy's peers were talked with, across all tables since the program began: connections that
 * the tables let in, and what they carried, as the kernel counts both. ADR 0217, 0222. */
#pragma once

#include "base/err.h"
#include "decision/network.h"
#include "loop/loop.h"
#include "network/netlink/counts.h"
#include "network/netlink/flows.h"

struct peer_use {
        uint64_t connections;            /* let in; after another policy they are judged, and counted, once more */
        int64_t last_s;                  /* of the last one, unix time; 0: none */
        uint64_t open;                   /* connections that are there now */
        struct flow_side sent, received; /* segments that the kernel puts together are one packet */
        uint64_t set_connections, sum;   /* its own */
};

struct peer_uses {
        struct peer_use *all; /* of the terms in force, then resolvers, then clocks */
        size_t n;
        unsigned generation; /* of the table that stands, if its marks are these peers'; 0: they are not */
        bool carried;        /* what they carry is counted: nothing was missed since the program began */
        /* Its own. */
        struct loop *loop;
        struct source ended;
        struct timer later;
        int net, kept; /* of accounting.h */
};

/* `net`, `kept`: as accounting_hold(), and the caller's. */
int peer_uses_init(struct peer_uses *u, struct loop *l, int net, int kept);
void peer_uses_deinit(struct peer_uses *u);

/* As evidence_follow(). */
int peer_uses_follow(struct peer_uses *u, const struct network_terms *before, const struct network_terms *terms);

/* New tables stand, or none (0). 0, or -errno where what peers carry is not counted. */
int peer_uses_replaced(struct peer_uses *u, unsigned generation);

/* Read what the kernel has counted. `requests`: as counts_read(). 0 or -errno. */
int peer_uses_read(struct peer_uses *u, int requests);

/* One element of the set, and one connection. */
void peer_uses_used(struct peer_uses *u, const struct counted *c, int64_t now_s);
void peer_uses_flowed(struct peer_uses *u, const struct flow *f);
