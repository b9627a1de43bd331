/* SPDX-License-Identifier: MIT */
/* links.c — RTM_NEWLINK and RTM_DELLINK. Of a link's many attributes few are read; each of those must have its size.
 * See links.h. */
#include "network/links.h"

#include <errno.h>
#include <net/if.h>
#include <string.h>
#include <sys/socket.h>

#define LOOPBACK 1 /* the index that lo has in every network namespace */

static bool info_take(void *ctx, const struct nlattr *a) {
        struct link_facts *l = ctx;

        return mnl_attr_get_type(a) != IFLA_INFO_KIND || rtnl_text(a, l->kind, sizeof l->kind);
}

/* An address of another length (InfiniBand's, none at all) is no MAC address: it fits none that a policy names. */
static bool mac_take(const struct nlattr *a, uint8_t to[LINK_MAC]) {
        static const uint8_t nobody[LINK_MAC];

        return rtnl_value(a, to, LINK_MAC) && memcmp(to, nobody, LINK_MAC) != 0;
}

static bool link_take(void *ctx, const struct nlattr *a) {
        struct link_facts *l = ctx;

        switch (mnl_attr_get_type(a)) {
        case IFLA_IFNAME:
                return rtnl_text(a, l->name, sizeof l->name);
        case IFLA_MASTER:
                return rtnl_value(a, &l->master, sizeof l->master);
        case IFLA_ADDRESS:
                l->has_mac = mac_take(a, l->mac);
                return true;
        case IFLA_PERM_ADDRESS:
                l->has_permanent_mac = mac_take(a, l->permanent_mac);
                return true;
        case IFLA_LINKINFO:
                return rtnl_attributes(mnl_attr_get_payload(a), mnl_attr_get_payload_len(a), info_take, l);
        default:
                return true;
        }
}

int link_decode(const struct nlmsghdr *h, struct link_facts *ret) {
        const struct ifinfomsg *info = mnl_nlmsg_get_payload(h);
        struct link_facts l = { 0 };

        if ((h->nlmsg_type != RTM_NEWLINK && h->nlmsg_type != RTM_DELLINK)
            || mnl_nlmsg_get_payload_len(h) < sizeof *info)
                return -EBADMSG;
        if (info->ifi_family != AF_UNSPEC)
                return 0;
        l.index = info->ifi_index;
        l.up = info->ifi_flags & IFF_UP;
        l.is_loopback = info->ifi_index == LOOPBACK && info->ifi_flags & IFF_LOOPBACK;
        if (!rtnl_message_attributes(h, sizeof *info, link_take, &l) || l.index <= 0 || !l.name[0] || l.master < 0)
                return -EBADMSG;
        *ret = l;
        return 1;
}

struct links_reader {
        links_take *take;
        void *ctx;
};

static int listed_take(void *ctx, const struct nlmsghdr *h) {
        const struct links_reader *reader = ctx;
        struct link_facts l;
        int r = link_decode(h, &l);

        if (r == 1)
                reader->take(reader->ctx, &l);
        return r < 0 ? r : 0;
}

int links_list(int fd, links_take *take, void *ctx) {
        return rtnl_list(fd, RTM_GETLINK, RTM_NEWLINK, AF_UNSPEC, listed_take, &(struct links_reader){ take, ctx });
}

static int looked_take(void *ctx, const struct nlmsghdr *h) {
        int r = link_decode(h, ctx);

        return r == 0 ? -EBADMSG : r;
}

static int link_ask(int fd, uint16_t request, const struct ifinfomsg *info, rtnl_take *take, void *ctx) {
        _Alignas(struct nlmsghdr) uint8_t raw[NLMSG_HDRLEN + sizeof *info];
        struct nlmsghdr *h = mnl_nlmsg_put_header(raw);

        h->nlmsg_type = request;
        memcpy(mnl_nlmsg_put_extra_header(h, sizeof *info), info, sizeof *info);
        return rtnl_ask(fd, h, RTM_NEWLINK, take, ctx);
}

int link_look(int fd, int index, struct link_facts *ret) {
        struct link_facts l = { 0 };
        int r = link_ask(fd, RTM_GETLINK, &(struct ifinfomsg){ .ifi_index = index }, looked_take, &l);

        if (r < 0 || l.index != index)
                return r < 0 ? r : -EBADMSG;
        *ret = l;
        return 0;
}

/* RTM_SETLINK never makes a link, as RTM_NEWLINK would where it has gone. */
int link_set(int fd, int index, bool up) {
        const struct ifinfomsg info = { .ifi_index = index, .ifi_flags = up ? IFF_UP : 0, .ifi_change = IFF_UP };

        return link_ask(fd, RTM_SETLINK, &info, NULL, NULL);
}
