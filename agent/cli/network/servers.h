/* SPDX-License-Identifier: MIT */
/* servers.h — which resolvers and clocks this machine is set up to ask. */
#pragma once

#include "cli/network/sources.h"
#include "decision/network.h"

#define SERVERS_SEEN 16

struct servers_seen {
        struct address_range all[SERVERS_SEEN]; /* one address each, none twice */
        unsigned n;
        char by_name[SERVERS_SEEN][128]; /* set up by name, which a policy cannot say */
        unsigned n_by_name;
};

void resolvers_read(const struct network_sources *from, struct servers_seen *ret);
void clocks_read(const struct network_sources *from, struct servers_seen *ret);

/* Add an address that is not there yet; nothing where there is no more room. */
void servers_add(struct servers_seen *s, const struct address_range *a);
