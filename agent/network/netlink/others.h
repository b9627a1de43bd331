/* SPDX-License-Identifier: MIT */
/* others.h — chains of somebody else's tables that may refuse what the policy allows. */
#pragma once

#include "network/netlink/rtnl.h"

#define OTHER_NAME 64

struct other_chain {
        uint8_t family; /* NFPROTO_INET, NFPROTO_IPV4, NFPROTO_IPV6 */
        bool out;       /* else in */
        char table[OTHER_NAME], chain[OTHER_NAME];
};

/* Those that see what comes in or goes out, and whose policy is to drop. Single rules that drop are not looked for.
 * `fd`: rtnl_open_of(NETLINK_NETFILTER, NULL). 0 or -errno. */
typedef void others_take(void *ctx, const struct other_chain *c);
int others_list(int fd, others_take *take, void *ctx);
