/* SPDX-License-Identifier: MIT */
/* messages.h — rtnetlink messages as the kernel would send them, built for a test. */
#pragma once

#include "network/links.h"

#include <net/if.h>
#include <string.h>

#define MESSAGE_ROOM 1024

struct message {
        _Alignas(struct nlmsghdr) uint8_t raw[MESSAGE_ROOM];
};

static inline struct nlmsghdr *message_of(struct message *m) {
        return (struct nlmsghdr *)(void *)m->raw;
}

/* What a test says of a link; all else is as an Ethernet card has it. */
struct a_link {
        uint16_t type; /* 0: RTM_NEWLINK */
        uint8_t family;
        int index, master;
        unsigned flags;
        const char *name, *kind;
        const uint8_t *mac, *permanent_mac; /* six bytes */
};

static inline struct message message_link(struct a_link l) {
        struct message m = { 0 };
        struct nlmsghdr *h = mnl_nlmsg_put_header(m.raw);
        struct ifinfomsg *info = mnl_nlmsg_put_extra_header(h, sizeof *info);

        h->nlmsg_type = l.type ? l.type : RTM_NEWLINK;
        info->ifi_family = l.family;
        info->ifi_index = l.index;
        info->ifi_flags = l.flags;
        mnl_attr_put_strz(h, IFLA_IFNAME, l.name);
        mnl_attr_put_u32(h, IFLA_MTU, 1500);
        if (l.master)
                mnl_attr_put_u32(h, IFLA_MASTER, (uint32_t)l.master);
        if (l.mac)
                mnl_attr_put(h, IFLA_ADDRESS, LINK_MAC, l.mac);
        if (l.permanent_mac)
                mnl_attr_put(h, IFLA_PERM_ADDRESS, LINK_MAC, l.permanent_mac);
        if (l.kind) {
                struct nlattr *nest = mnl_attr_nest_start(h, IFLA_LINKINFO);

                mnl_attr_put_strz(h, IFLA_INFO_KIND, l.kind);
                mnl_attr_nest_end(h, nest);
        }
        return m;
}
