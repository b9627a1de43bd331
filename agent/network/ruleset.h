/* SPDX-License-Identifier: MIT */
/* ruleset.h — a policy's `network:` as text for libnftables: one transaction that puts three tables in place of those
 * that stand. No I/O. ADR 0214 says why it is built like that. */
#pragma once

#include "base/err.h"
#include "decision/network.h"

/* The mark of a connection: by which policy it was let in, over which interface of it, which peer it is, and whether
 * the peer began it. */
#define CT_GENERATION_MAX 4095U
#define CT_INTERFACE_MAX 31U
#define CT_PEER_MAX 16383U
#define CT_CAME_IN 0x4000U
_Static_assert(NETWORK_INTERFACES_MAX <= CT_INTERFACE_MAX + 1 && NETWORK_PEERS_MAX + 1 <= CT_PEER_MAX,
               "a mark has room for each, and for the resolvers and the clocks");
#define CT_MASK 0xffff8000U /* all but the peer, and who began */
#define CT_MARK(generation, interface, peer)                                                                           \
        ((uint32_t)(generation) << 20 | (uint32_t)(interface) << 15 | (uint32_t)(peer))

#define NETWORK_LOG_GROUP 5417 /* of nflog: what was refused, by its headers */

/* A link of which is known that it is an interface of the policy. */
struct network_grant {
        unsigned ifindex;
        int interface;    /* index in the policy */
        const char *link; /* what it is called now: the kernel hooks the egress by name, and by nothing else */
};

/* One that the policy does not name: no frame leaves through it, not even a raw one, as far as its name fits. */
struct network_stranger {
        unsigned ifindex;
        const char *link;
};

struct ruleset {
        const struct network_terms *terms;
        const struct network_grant *grants;
        const struct network_stranger *strangers;
        size_t n_grants, n_strangers;
        unsigned generation; /* 1…CT_GENERATION_MAX, another one for each policy: what was let in earlier is judged anew
                              */
        uint32_t token; /* what leaves carries it as its mark; a secret, since whoever may send raw frames may mark them
                         */
        bool observe;   /* count and log what would be refused, and let it pass */
};

/* May the link be hooked by this name? The kernel lets a name have quotes and braces. */
bool ruleset_link_fits(const char *name);

/* The caller frees *ret. -EINVAL: a grant or number that cannot be; -E2BIG, -ENOMEM. */
int ruleset_write(const struct ruleset *r, char **ret, struct err *err);

/* Takes the tables away, whether they stand or not. */
extern const char ruleset_removal[];
