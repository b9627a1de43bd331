/* SPDX-License-Identifier: MIT */
/* Routes as the kernel tells of them, and which are worth a report. */
#include "network/routes.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <string.h>
#include <sys/socket.h>

struct message {
        _Alignas(struct nlmsghdr) uint8_t raw[512];
};

static struct message message_route(struct rtmsg route, uint32_t out) {
        struct message m = { 0 };
        struct nlmsghdr *h = mnl_nlmsg_put_header(m.raw);

        h->nlmsg_type = RTM_NEWROUTE;
        memcpy(mnl_nlmsg_put_extra_header(h, sizeof route), &route, sizeof route);
        mnl_attr_put_u32(h, RTA_TABLE, 254);
        if (out)
                mnl_attr_put_u32(h, RTA_OIF, out);
        return m;
}

static struct nlmsghdr *message_of(struct message *m) {
        return (struct nlmsghdr *)(void *)m->raw;
}

static struct route_facts found[4];
static unsigned n_found;

static void take(void *ctx, const struct route_facts *r) {
        (void)ctx;
        cr_assert_lt(n_found, 4);
        found[n_found++] = *r;
}

static const struct rtmsg by_default = { .rtm_family = AF_INET, .rtm_type = RTN_UNICAST };

TestSuite(route_decode, .timeout = 10);

Test(route_decode, a_default_route_is_read) {
        struct message m = message_route(by_default, 7);

        mnl_attr_put(message_of(&m), RTA_GATEWAY, 4, "\12\1\2\376");
        cr_assert_eq(route_decode(message_of(&m), take, NULL), 0);
        cr_assert_eq(n_found, 1);
        cr_expect(found[0].out == 7 && found[0].table == 254 && !found[0].v6 && found[0].has_gateway);
        cr_expect_arr_eq(found[0].gateway, "\12\1\2\376", 4);
        cr_expect(route_is_wide(&found[0]));
}

Test(route_decode, each_hop_of_several_is_read) {
        struct message m = message_route(by_default, 0);
        const struct {
                struct rtnexthop hop;
                struct nlattr gateway;
                uint8_t address[4];
                struct rtnexthop second;
        } hops = { { .rtnh_len = 16, .rtnh_ifindex = 3 },
                   { 8, RTA_GATEWAY },
                   { 10, 1, 2, 3 },
                   { .rtnh_len = 8, .rtnh_ifindex = 4 } };

        mnl_attr_put(message_of(&m), RTA_MULTIPATH, sizeof hops, &hops);
        cr_assert_eq(route_decode(message_of(&m), take, NULL), 0);
        cr_assert_eq(n_found, 2);
        cr_expect(found[0].out == 3 && found[0].has_gateway && found[1].out == 4 && !found[1].has_gateway);
}

Test(route_decode, what_is_no_way_out_is_passed_over) {
        struct rtmsg blackhole = by_default, cached = by_default;
        struct message m;

        blackhole.rtm_type = RTN_BLACKHOLE;
        cached.rtm_flags = RTM_F_CLONED;
        m = message_route(blackhole, 7);
        cr_expect_eq(route_decode(message_of(&m), take, NULL), 0);
        m = message_route(cached, 7);
        cr_expect_eq(route_decode(message_of(&m), take, NULL), 0);
        cr_expect_eq(n_found, 0);
}

static void expect_refused(const char *why, struct rtmsg route, uint16_t attribute, const void *value, size_t size) {
        struct message m = message_route(route, 7);

        mnl_attr_put(message_of(&m), attribute, size, value);
        cr_expect_eq(route_decode(message_of(&m), take, NULL), -EBADMSG, "%s", why);
}

Test(route_decode, hostile_messages_are_refused) {
        struct rtmsg long_prefix = by_default, bridge = by_default;
        const struct rtnexthop short_hop = { .rtnh_len = 4 }, long_hop = { .rtnh_len = 64 };

        long_prefix.rtm_dst_len = 33;
        bridge.rtm_family = AF_BRIDGE;
        expect_refused("a prefix of 33", long_prefix, RTA_METRICS, "", 0);
        expect_refused("another family", bridge, RTA_METRICS, "", 0);
        expect_refused("a short index", by_default, RTA_OIF, "\1\0", 2);
        expect_refused("a gateway of IPv6", by_default, RTA_GATEWAY, "0123456789abcdef", 16);
        expect_refused("a hop shorter than its header", by_default, RTA_MULTIPATH, &short_hop, sizeof short_hop);
        expect_refused("a hop longer than there is", by_default, RTA_MULTIPATH, &long_hop, sizeof long_hop);
        expect_refused("half a hop", by_default, RTA_MULTIPATH, &long_hop, 4);
}

Test(route_decode, every_truncation_is_refused) {
        struct message whole = message_route(by_default, 7);
        const uint32_t size = message_of(&whole)->nlmsg_len;

        for (uint32_t n = NLMSG_HDRLEN; n < size; n++) {
                struct message cut = whole;

                n_found = 0;
                message_of(&cut)->nlmsg_len = n;
                if (route_decode(message_of(&cut), take, NULL) == 0)
                        cr_expect(n_found == 1 && found[0].out == 0, "at %u", n);
                else
                        cr_expect_eq(n_found, 0, "at %u", n);
        }
}

Test(route_is_wide, halves_of_the_world_count_and_a_city_does_not) {
        cr_expect(route_is_wide(&(struct route_facts){ .prefix = 1 }));
        cr_expect(route_is_wide(&(struct route_facts){ .prefix = 3, .v6 = true }));
        cr_expect_not(route_is_wide(&(struct route_facts){ .prefix = 8 }));
        cr_expect_not(route_is_wide(&(struct route_facts){ .prefix = 32, .v6 = true }));
}
