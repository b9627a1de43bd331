/* SPDX-License-Identifier: MIT */
/* others.h — chains of somebody else's tables that may refuse what the policy allows. Where two tables hook the same
 * packets, one that refuses is enough; what the other accepts does not count. */
#pragma once

#include "base/cleanup.h"
#include "network/netlink/rtnl.h"

#include <linux/netfilter/nf_tables.h>

struct other_chain {
        uint8_t family; /* NFPROTO_… */
        bool out;       /* else in */
        char table[NFT_NAME_MAXLEN], chain[NFT_NAME_MAXLEN];
};

/* Those that see what comes in or goes out, and refuse what none of their rules takes: by policy, or by a rule without
 * a condition, also in a chain that is jumped to without one. Rules with conditions are not looked for. `fd`:
 * rtnl_open_of(NETLINK_NETFILTER, NULL). 0 or -errno; -E2BIG: there are more than can be looked through. */
typedef void others_take(void *ctx, const struct other_chain *c);
int others_list(int fd, others_take *take, void *ctx);

/* The same of messages: NFT_MSG_NEWCHAIN and NFT_MSG_NEWRULE, in any order but that of a chain's rules. */
struct others;
struct others *others_new(void);
void others_free(struct others *o);
CLEANUP(others, struct others *, others_free)
#define auto_others AUTO(others)
int others_heard(void *others, const struct nlmsghdr *h);
void others_tell(struct others *o, others_take *take, void *ctx);
