/* SPDX-License-Identifier: MIT */
/* routes.c — see routes.h. */
#include "network/routes.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#define WIDE_V4 8
#define WIDE_V6 16

struct route_reader {
        struct route_facts facts;
        const struct nlattr *hops;
};

static bool gateway_take(struct route_facts *r, const struct nlattr *a) {
        return r->has_gateway = rtnl_value(a, r->gateway, r->v6 ? 16 : 4);
}

/* RTA_VIA: a gateway of the other family. That there is one is enough for a report. */
static bool route_take(void *ctx, const struct nlattr *a) {
        struct route_reader *reader = ctx;

        switch (mnl_attr_get_type(a)) {
        case RTA_OIF:
                return rtnl_value(a, &reader->facts.out, sizeof reader->facts.out);
        case RTA_TABLE:
                return rtnl_value(a, &reader->facts.table, sizeof reader->facts.table);
        case RTA_GATEWAY:
                return gateway_take(&reader->facts, a);
        case RTA_MULTIPATH:
                reader->hops = a;
                return true;
        default:
                return true;
        }
}

static bool hop_take(void *ctx, const struct nlattr *a) {
        return mnl_attr_get_type(a) != RTA_GATEWAY || gateway_take(ctx, a);
}

static bool hops_take(const struct route_reader *reader, routes_take *take, void *ctx) {
        const uint8_t *at = mnl_attr_get_payload(reader->hops);
        size_t left = mnl_attr_get_payload_len(reader->hops);

        while (left >= sizeof(struct rtnexthop)) {
                const struct rtnexthop *hop = (const void *)at;
                struct route_facts facts = reader->facts;
                const size_t size = RTNH_ALIGN(hop->rtnh_len);

                if (hop->rtnh_len < sizeof *hop || size > left
                    || !rtnl_attributes(at + sizeof *hop, hop->rtnh_len - sizeof *hop, hop_take, &facts))
                        return false;
                facts.out = hop->rtnh_ifindex;
                take(ctx, &facts);
                at += size;
                left -= size;
        }
        return left == 0;
}

int route_decode(const struct nlmsghdr *h, routes_take *take, void *ctx) {
        const struct rtmsg *route = mnl_nlmsg_get_payload(h);
        struct route_reader reader = { 0 };

        if (h->nlmsg_type != RTM_NEWROUTE || mnl_nlmsg_get_payload_len(h) < sizeof *route
            || (route->rtm_family != AF_INET && route->rtm_family != AF_INET6)
            || route->rtm_dst_len > (route->rtm_family == AF_INET ? 32 : 128))
                return -EBADMSG;
        if (route->rtm_type != RTN_UNICAST || route->rtm_flags & RTM_F_CLONED)
                return 0;
        reader.facts = (struct route_facts){ .v6 = route->rtm_family == AF_INET6,
                                             .prefix = route->rtm_dst_len,
                                             .table = route->rtm_table };
        if (!rtnl_message_attributes(h, sizeof *route, route_take, &reader))
                return -EBADMSG;
        if (!reader.hops) {
                take(ctx, &reader.facts);
                return 0;
        }
        return hops_take(&reader, take, ctx) ? 0 : -EBADMSG;
}

struct routes_reader {
        routes_take *take;
        void *ctx;
};

static int listed_take(void *ctx, const struct nlmsghdr *h) {
        const struct routes_reader *reader = ctx;

        return route_decode(h, reader->take, reader->ctx);
}

int routes_list(int fd, routes_take *take, void *ctx) {
        struct routes_reader reader = { take, ctx };
        int r = rtnl_list(fd, RTM_GETROUTE, RTM_NEWROUTE, AF_INET, listed_take, &reader);
        int six = rtnl_list(fd, RTM_GETROUTE, RTM_NEWROUTE, AF_INET6, listed_take, &reader);

        return r < 0 ? r : six;
}

bool route_is_wide(const struct route_facts *r) {
        return r->prefix < (r->v6 ? WIDE_V6 : WIDE_V4);
}
