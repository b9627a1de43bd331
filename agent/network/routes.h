/* SPDX-License-Identifier: MIT */
/* routes.h — ways out that are worth a report: a default route, or one nearly as wide, through a link that the policy
 * does not name. A report only: what leaves is the packet filter's business. */
#pragma once

#include "network/netlink/rtnl.h"
#include "wire/network_event.h"

typedef void routes_take(void *ctx, const struct route_facts *r);

/* RTM_NEWROUTE. Calls back for each next hop of a unicast route, not for what the kernel cached. -EBADMSG. */
int route_decode(const struct nlmsghdr *h, routes_take *take, void *ctx);

/* All of both families. As rtnl_list(). */
int routes_list(int fd, routes_take *take, void *ctx);

/* A route that whole parts of the world fit: shorter than /8, of IPv6 than /16. Two halves make a default route, too.
 */
bool route_is_wide(const struct route_facts *r);
