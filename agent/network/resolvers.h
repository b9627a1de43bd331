/* SPDX-License-Identifier: MIT */
/* resolvers.h — who is asked for names, by resolv.conf(5): addresses, read as strictly as the policy's own. */
#pragma once

#include "base/bytes.h"
#include "decision/network.h"

#define RESOLVERS_MAX 16
#define RESOLVERS_TEXT 65536

struct resolvers {
        struct address_range address[RESOLVERS_MAX]; /* each is one address */
        size_t n;
        size_t unreadable; /* lines that name one which cannot be read, and those beyond RESOLVERS_MAX */
};

/* Options, domains and comments are not looked at. A name of a zone behind an IPv6 address is not kept. */
struct resolvers resolvers_parse(struct bytes text);

/* The same from a file, which may be a symlink, as resolv.conf is. 0 or -errno; -EFBIG: longer than RESOLVERS_TEXT. */
int resolvers_load(int dirfd, const char *name, struct resolvers *ret);

/* The policy names it, or it is the terminal itself, which asks somebody else. */
bool resolver_is_named(const struct network_terms *t, const struct address_range *address);
