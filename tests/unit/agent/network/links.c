/* SPDX-License-Identifier: MIT */
/* Links as the kernel tells of them: read whole, or not at all. */
#include "network/links.h"

#include "unit/agent/network/messages.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <sys/socket.h>

static const uint8_t one[LINK_MAC] = { 2, 0, 0x5e, 0x10, 0, 1 }, two[LINK_MAC] = { 2, 0, 0x5e, 0x10, 0, 2 },
                     nobody[LINK_MAC];

static int decoded(struct message m, struct link_facts *ret) {
        return link_decode(message_of(&m), ret);
}

TestSuite(link_decode, .timeout = 10);

Test(link_decode, a_card_is_read_whole) {
        struct link_facts l;

        cr_assert_eq(decoded(message_link((struct a_link){
                                     .index = 7, .name = "eth0", .flags = IFF_UP, .mac = one, .permanent_mac = two }),
                             &l),
                     1);
        cr_expect(l.index == 7 && l.up && !l.master && !l.is_loopback && l.has_mac && l.has_permanent_mac);
        cr_expect_str_eq(l.name, "eth0");
        cr_expect_str_eq(l.kind, "");
        cr_expect_arr_eq(l.mac, one, LINK_MAC);
        cr_expect_arr_eq(l.permanent_mac, two, LINK_MAC);
}

Test(link_decode, kind_and_master_are_read) {
        struct link_facts l;

        cr_assert_eq(decoded(message_link((struct a_link){ .index = 8, .name = "v", .kind = "veth", .master = 3 }), &l),
                     1);
        cr_expect_str_eq(l.kind, "veth");
        cr_expect(l.master == 3 && !l.up && !l.has_mac && !l.has_permanent_mac);
}

Test(link_decode, an_address_of_zeros_is_none) {
        struct link_facts l;

        cr_assert_eq(decoded(message_link((struct a_link){ .index = 8, .name = "v", .mac = nobody }), &l), 1);
        cr_expect_not(l.has_mac);
}

Test(link_decode, only_index_1_with_the_flag_is_loopback) {
        struct link_facts l;

        cr_assert_eq(decoded(message_link((struct a_link){ .index = 1, .name = "lo", .flags = IFF_LOOPBACK }), &l), 1);
        cr_expect(l.is_loopback);
        cr_assert_eq(decoded(message_link((struct a_link){ .index = 2, .name = "lo", .flags = IFF_LOOPBACK }), &l), 1);
        cr_expect_not(l.is_loopback);
        cr_assert_eq(decoded(message_link((struct a_link){ .index = 1, .name = "lo" }), &l), 1);
        cr_expect_not(l.is_loopback);
}

/* A port that leaves a bridge is told of by RTM_DELLINK, too: the link itself stays. */
Test(link_decode, a_bridges_port_is_no_link) {
        struct link_facts l = { .index = -1 };

        cr_expect_eq(decoded(message_link((struct a_link){
                                     .type = RTM_DELLINK, .family = AF_BRIDGE, .index = 8, .name = "v" }),
                             &l),
                     0);
        cr_expect_eq(l.index, -1);
}

/* Cut anywhere, with a header that says so or one that does not: refused, or without what was cut off. */
Test(link_decode, every_truncation_is_refused) {
        struct message whole = message_link((struct a_link){
                .index = 7, .name = "eth0", .master = 3, .mac = one, .permanent_mac = two, .kind = "bridge" });
        const uint32_t size = message_of(&whole)->nlmsg_len;

        for (uint32_t n = NLMSG_HDRLEN; n < size; n++) {
                struct message cut = whole;
                struct link_facts l = { .index = -1 };

                message_of(&cut)->nlmsg_len = n;
                if (link_decode(message_of(&cut), &l) != 1)
                        cr_expect_eq(l.index, -1, "at %u", n);
                else
                        cr_expect(n % NLMSG_ALIGNTO == 0 && strcmp(l.name, "eth0") == 0 && !l.kind[0], "at %u", n);
        }
}

static void expect_refused(const char *why, struct a_link l, uint16_t attribute, const void *value, size_t size) {
        struct link_facts facts = { .index = -1 };
        struct message m = message_link(l);

        mnl_attr_put(message_of(&m), attribute, size, value);
        cr_expect_eq(link_decode(message_of(&m), &facts), -EBADMSG, "%s", why);
        cr_expect_eq(facts.index, -1, "%s", why);
}

Test(link_decode, hostile_messages_are_refused) {
        const struct a_link l = { .index = 7, .name = "eth0" };
        const struct nlattr kind_beyond = { .nla_len = 64, .nla_type = IFLA_INFO_KIND };

        expect_refused("a name of 16 letters", l, IFLA_IFNAME, "abcdefghijklmnop", 17);
        expect_refused("a name without its end", l, IFLA_IFNAME, "eth1", 4);
        expect_refused("a name that ends twice", l, IFLA_IFNAME, "e\0h", 4);
        expect_refused("no name", l, IFLA_IFNAME, "", 1);
        expect_refused("a master of two bytes", l, IFLA_MASTER, "\1\0", 2);
        expect_refused("a master below 0", l, IFLA_MASTER, "\xff\xff\xff\xff", 4);
        expect_refused("a kind that is longer than what holds it", l, IFLA_LINKINFO, &kind_beyond, sizeof kind_beyond);
        expect_refused("index 0", (struct a_link){ .name = "eth0" }, IFLA_MTU, "\0\0\0\1", 4);
        expect_refused("index -1", (struct a_link){ .index = -1, .name = "eth0" }, IFLA_MTU, "\0\0\0\1", 4);
        expect_refused("another message", (struct a_link){ .type = RTM_NEWADDR, .index = 7, .name = "eth0" }, IFLA_MTU,
                       "\0\0\0\1", 4);
}
