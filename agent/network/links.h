/* SPDX-License-Identifier: MIT */
/* links.h — the network interfaces that the kernel has, as rtnetlink tells of them. What a policy says of one is not
 * known here. */
#pragma once

#include "network/netlink/rtnl.h"

#define LINK_NAME 16 /* IFNAMSIZ */
#define LINK_KIND 32
#define LINK_MAC 6

struct link_facts {
        int index, master; /* master 0: none */
        bool up, is_loopback, has_mac, has_permanent_mac;
        char name[LINK_NAME];
        char kind[LINK_KIND]; /* what a virtual one is: bridge, tun …; "" for hardware */
        uint8_t mac[LINK_MAC], permanent_mac[LINK_MAC];
};

/* 1: *ret is set, of an RTM_NEWLINK or RTM_DELLINK; 0: it tells of a bridge's port, not of a link; -EBADMSG. */
int link_decode(const struct nlmsghdr *h, struct link_facts *ret);

/* All that there are. As rtnl_list(). */
typedef void links_take(void *ctx, const struct link_facts *l);
int links_list(int fd, links_take *take, void *ctx);

/* What one is now. 0 or -errno; -ENODEV: it has gone. */
int link_look(int fd, int index, struct link_facts *ret);

/* 0 or -errno; -ENODEV: it has gone. Down: at once, before this returns. */
int link_set(int fd, int index, bool up);
