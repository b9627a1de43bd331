/* SPDX-License-Identifier: MIT */
/* What sekimori-firewall may tell the agent, and that nothing else is understood. */
#include "wire/network_event.h"

#include <criterion/criterion.h>
#include <errno.h>

static uint8_t packet[NETWORK_EVENT_MAX + 1];

static const struct network_event one_of_each[NETWORK_EVENTS] = {
        { .type = NETWORK_EVENT_FORCE, .force = { NETWORK_FORCE_REFUSES, 12, "" } },
        { .type = NETWORK_EVENT_LINK,
          .untold = 7,
          .link = { IDENTITY_UNNAMED,
                    GUARD_SET_DOWN,
                    0,
                    5,
                    3,
                    true,
                    true,
                    { 2, 0, 0, 0, 0, 1 },
                    "wlan0",
                    "",
                    "iwlwifi",
                    "pci0000:00/0000:00:14.3",
                    "庁内LAN" } },
        { .type = NETWORK_EVENT_RESTORED },
        { .type = NETWORK_EVENT_SYSCTL, .sysctl = { "ipv4/conf/eth0/forwarding", -1, EROFS } },
        { .type = NETWORK_EVENT_RADIO, .radio = { 4000000000, 2, 0 } },
        { .type = NETWORK_EVENT_ROUTE, .route = { true, true, 0, 254, 9, "usb0", { 0xfe, 0x80, [15] = 1 } } },
        { .type = NETWORK_EVENT_REFUSED,
          .refused = { REFUSED_IN, false, { 192, 0, 2, 1 }, 17, 53, -1, UINT64_C(1) << 40, 1500, true } },
        { .type = NETWORK_EVENT_LOST, .untold = 1000 },
        { .type = NETWORK_EVENT_RESOLVER, .resolver = { false, { 192, 0, 2, 53 }, 0, "/etc/resolv.conf" } },
};

static size_t sent(enum network_event_type type) {
        return network_event_encode(&one_of_each[type], packet);
}

Test(network_event, comes_as_it_went) {
        uint8_t again[NETWORK_EVENT_MAX];
        struct network_event got;

        for (unsigned type = 0; type < NETWORK_EVENTS; type++) {
                const size_t n = sent(type);

                cr_assert_eq(network_event_decode(bytes_of(packet, n), &got), 0, "type %u", type);
                cr_assert_eq(network_event_encode(&got, again), n, "type %u", type);
                cr_expect_arr_eq(again, packet, n, "type %u", type);
        }
}

Test(network_event, has_its_fields_in_their_places) {
        struct network_event got;

        cr_assert_eq(network_event_decode(bytes_of(packet, sent(NETWORK_EVENT_LINK)), &got), 0);
        cr_expect_eq(got.untold, 7);
        cr_expect_eq(got.link.times, 3);
        cr_expect_str_eq(got.link.driver, "iwlwifi");
        cr_expect_str_eq(got.link.interface, "庁内LAN");
        cr_assert_eq(network_event_decode(bytes_of(packet, sent(NETWORK_EVENT_REFUSED)), &got), 0);
        cr_expect_eq(got.refused.uid, -1);
        cr_expect_eq(got.refused.port, 53);
        cr_expect_eq(got.refused.packets, UINT64_C(1) << 40);
        cr_expect(got.refused.observed);
}

Test(network_event, longest_texts_fit) {
        struct network_event e = one_of_each[NETWORK_EVENT_LINK];

        memset(e.link.name, 'n', sizeof e.link.name - 1);
        memset(e.link.kind, 'k', sizeof e.link.kind - 1);
        memset(e.link.driver, 'd', NETWORK_TEXT - 1);
        memset(e.link.path, 'p', NETWORK_TEXT - 1);
        memset(e.link.interface, 'i', NETWORK_TEXT - 1);
        cr_expect_gt(network_event_encode(&e, packet), 0);
}

/* Each, short by any number of bytes or with one more, is none. */
Test(network_event, every_truncation_is_refused) {
        struct network_event got;

        for (unsigned type = 0; type < NETWORK_EVENTS; type++) {
                const size_t n = sent(type);

                for (size_t i = 0; i <= n + 1; i++)
                        cr_expect(i == n || network_event_decode(bytes_of(packet, i), &got) == -EBADMSG,
                                  "type %u, %zu bytes", type, i);
        }
}

static const struct network_event out_of_range[] = {
        { .type = NETWORK_EVENTS },
        { .type = NETWORK_EVENT_FORCE, .force.force = NETWORK_FORCES },
        { .type = NETWORK_EVENT_LINK, .link.sort = IDENTITY_SORTS },
        { .type = NETWORK_EVENT_LINK, .link.deed = GUARD_DEEDS },
        { .type = NETWORK_EVENT_LINK, .link.error = 4096 },
        { .type = NETWORK_EVENT_ROUTE, .route.prefix = 129 },
        { .type = NETWORK_EVENT_ROUTE, .route.out = -1 },
        { .type = NETWORK_EVENT_REFUSED, .refused.way = REFUSED_WAYS },
        { .type = NETWORK_EVENT_RESOLVER, .resolver.error = 4096 },
};

Test(network_event, what_is_out_of_range_is_not_sent) {
        struct network_event endless = one_of_each[NETWORK_EVENT_SYSCTL];

        for (size_t i = 0; i < sizeof out_of_range / sizeof *out_of_range; i++)
                cr_expect_eq(network_event_encode(&out_of_range[i], packet), 0, "row %zu", i);
        memset(endless.sysctl.path, 'x', sizeof endless.sysctl.path);
        cr_expect_eq(network_event_encode(&endless, packet), 0);
}

#define HEADER 10 /* bytes: version, type, untold */

static const struct {
        enum network_event_type type;
        size_t at;
        uint8_t value;
        const char *why;
} hostile[] = {
        { NETWORK_EVENT_RESTORED, 0, 0, "another version" },
        { NETWORK_EVENT_LOST, 1, NETWORK_EVENTS, "no type" },
        { NETWORK_EVENT_LOST, 1, NETWORK_EVENT_FORCE, "a type that has fields" },
        { NETWORK_EVENT_FORCE, HEADER, NETWORK_FORCES, "no such force" },
        { NETWORK_EVENT_LINK, HEADER, IDENTITY_SORTS, "no such sort" },
        { NETWORK_EVENT_LINK, HEADER + 4, GUARD_DEEDS, "no such deed" },
        { NETWORK_EVENT_LINK, HEADER + 9, 0x10, "no such error" },
        { NETWORK_EVENT_LINK, HEADER + 20, 2, "neither observed nor not" },
        { NETWORK_EVENT_LINK, HEADER + 21, 2, "neither an address nor none" },
        { NETWORK_EVENT_LINK, HEADER + 30, 0, "a NUL within a text" },
        { NETWORK_EVENT_LINK, HEADER + 28, 17, "a name too long" },
        { NETWORK_EVENT_ROUTE, HEADER, 2, "neither IPv6 nor not" },
        { NETWORK_EVENT_ROUTE, HEADER + 2, 129, "a prefix too long" },
        { NETWORK_EVENT_REFUSED, HEADER, REFUSED_WAYS, "no such way" },
        { NETWORK_EVENT_RESOLVER, HEADER, 2, "neither IPv6 nor not" },
        { NETWORK_EVENT_RESOLVER, HEADER + 18, 0x10, "no such error" },
};

Test(network_event, what_is_malformed_is_refused_and_leaves_nothing) {
        for (size_t i = 0; i < sizeof hostile / sizeof *hostile; i++) {
                const size_t n = sent(hostile[i].type);
                struct network_event got = one_of_each[NETWORK_EVENT_LINK];

                packet[hostile[i].at] = hostile[i].value;
                cr_expect_eq(network_event_decode(bytes_of(packet, n), &got), -EBADMSG, "%s", hostile[i].why);
                cr_expect(got.type == 0 && got.untold == 0, "%s", hostile[i].why);
        }
}
