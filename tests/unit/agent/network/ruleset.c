/* SPDX-License-Identifier: MIT */
/* ruleset.c — what a ruleset says. What it does is shown by tests/flow/test_network_matrix. */
#include "network/ruleset.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

TestSuite(ruleset_write, .timeout = 60);

static const struct network_interface interfaces[] = { { .name = "lan" }, { .name = "dock", .dhcp = true } };
static const struct address_range server = { .first = { 10, 1, 2, 3 }, .last = { 10, 1, 2, 3 } };
static const struct address_range server6 = { .v6 = true, .first = { 0xfd, 1 }, .last = { 0xfd, 1 } };
static const struct port_range https = { 443, 443 };
static const struct network_peer peers[] = {
        { .addresses = &server,
          .n_addresses = 1,
          .ports = &https,
          .n_ports = 1,
          .protocols = PROTOCOL_BIT(PROTOCOL_TCP),
          .direction = NETWORK_OUT,
          .interface = NETWORK_INTERFACE_ANY },
        { .addresses = &server,
          .n_addresses = 1,
          .ports = &https,
          .n_ports = 1,
          .protocols = PROTOCOL_BIT(PROTOCOL_UDP),
          .direction = NETWORK_IN,
          .interface = 1 },
};
static const struct network_peer peer6 = { .addresses = &server6,
                                           .n_addresses = 1,
                                           .ports = &https,
                                           .n_ports = 1,
                                           .protocols = PROTOCOL_BIT(PROTOCOL_TCP),
                                           .direction = NETWORK_OUT,
                                           .interface = 0 };
static const struct network_terms terms = { .interfaces = interfaces, .peers = peers, .n_interfaces = 2, .n_peers = 2 };
static const struct network_terms terms6 = {
        .interfaces = interfaces, .peers = &peer6, .n_interfaces = 2, .n_peers = 1
};
static const struct network_grant both[] = { { 7, 0, "eth0" }, { 9, 1, "usb0" } };

static struct ruleset ruleset_of(const struct network_terms *n, size_t grants) {
        return (struct ruleset){ .terms = n, .grants = both, .n_grants = grants, .generation = 5, .token = 0xabcd1234 };
}

/* The caller frees it. */
static char *written(const struct ruleset *r) {
        char *text = NULL;
        struct err err = { 0 };

        cr_assert_eq(ruleset_write(r, &text, &err), 0, "%s", err.text);
        return text;
}

static size_t times(const char *text, const char *part) {
        size_t n = 0;

        for (; (text = strstr(text, part)); text += strlen(part))
                n++;
        return n;
}

Test(ruleset_write, without_a_grant_only_loopback_is_let_through) {
        struct ruleset r = ruleset_of(&terms, 0);
        auto_free char *text = written(&r);

        cr_expect_eq(times(text, " accept\n"), 0, "%s", text);
        cr_expect(strstr(text, "oif vmap { \"00000000000000000001\" : accept }\n\t\tgoto refused_out\n"), "%s", text);
        cr_expect(strstr(text, "iif vmap { \"00000000000000000001\" : accept }\n\t\tgoto refused_in\n"), "%s", text);
        cr_expect_null(strstr(text, "map o_"));
        cr_expect_null(strstr(text, "egress"));
}

Test(ruleset_write, it_takes_the_place_of_what_stands_in_one_transaction) {
        struct ruleset r = ruleset_of(&terms, 2);
        auto_free char *text = written(&r);

        cr_expect_eq(strncmp(text, ruleset_removal, strlen(ruleset_removal)), 0);
}

Test(ruleset_write, a_connection_is_marked_by_generation_interface_and_peer) {
        struct ruleset r = ruleset_of(&terms, 2);
        auto_free char *text = written(&r);

        cr_expect_eq(CT_MARK(5, 1, 1), 0x00508001);
        cr_expect(strstr(text,
                         "map o_0_4 { type ipv4_addr . inet_proto . inet_service : mark; flags interval; elements = {\n"
                         "10.1.2.3 . 6 . 443 : 0x00500000 }; }\n"),
                  "%s", text);
        cr_expect(strstr(text,
                         "map o_1_4 { type ipv4_addr . inet_proto . inet_service : mark; flags interval; elements = {\n"
                         "10.1.2.3 . 6 . 443 : 0x00508000 }; }\n"),
                  "%s", text);
        cr_expect(strstr(text, "10.1.2.3 . 17 . 443 : 0x0050c001 }"), "%s", text);
        cr_expect(strstr(text,
                         "iif \"00000000000000000009\" ct state established ct mark & 0xffff8000 == 0x00508000 accept"),
                  "%s", text);
        cr_expect_null(strstr(text, "map i_0_4"), "that peer belongs to another interface");
}

Test(ruleset_write, an_interface_that_no_link_is_has_no_chain) {
        struct ruleset r = ruleset_of(&terms, 1);
        auto_free char *text = written(&r);

        cr_expect(strstr(text, "chain o_0 {"));
        cr_expect_null(strstr(text, "chain o_1 {"));
}

Test(ruleset_write, every_chain_of_the_kernel_refuses_by_its_last_rule_and_by_its_policy) {
        struct ruleset r = ruleset_of(&terms, 2);
        auto_free char *text = written(&r);

        cr_expect_eq(times(text, " hook "), times(text, "; policy drop;\n"), "%s", text);
        cr_expect_eq(times(text, " hook "), 7, "input, output, forward; two of ARP; two links");
        cr_expect_eq(times(text, "\t\tdrop\n\t}\n"), 7, "three ways of refusal; two of ARP; two links");
}

Test(ruleset_write, observation_refuses_nothing_and_counts) {
        struct ruleset r = ruleset_of(&terms, 2);
        auto_free char *text = NULL;

        r.observe = true;
        text = written(&r);
        cr_expect_null(strstr(text, "drop"), "%s", text);
        cr_expect_eq(times(text, "counter name refused_"), 7);
}

Test(ruleset_write, ipv6_is_spoken_only_where_a_peer_has_it) {
        struct ruleset r = ruleset_of(&terms, 2), r6 = ruleset_of(&terms6, 2);
        auto_free char *text = written(&r), *text6 = written(&r6);

        cr_expect_null(strstr(text, "hoplimit"), "%s", text);
        cr_expect_eq(times(text6, "icmpv6 type { 135, 136 }"), 2, "outward and inward, of one interface: %s", text6);
        cr_expect_eq(times(text6, "sport 546"), 0, "the one with DHCP has no peer of IPv6");
}

Test(ruleset_write, dhcp_is_spoken_only_where_the_policy_says_so) {
        struct ruleset r = ruleset_of(&terms, 2), lan = ruleset_of(&terms, 1);
        auto_free char *text = written(&r), *without = written(&lan);

        cr_expect_eq(times(text, "udp sport 68 udp dport 67"), 2, "by IP, and by frames");
        cr_expect_null(strstr(without, "sport 6"));
}

Test(ruleset_write, nothing_leaves_through_a_link_that_is_not_named) {
        static const struct network_stranger strangers[] = { { 12, "usb0" }, { 13, "a\"; accept" }, { 14, "wlan0" } };
        static const char usb[] = "add chain netdev sekimori stranger_12 { type filter hook egress device \"usb0\" "
                                  "priority filter; policy drop; }\n";
        struct ruleset r = ruleset_of(&terms, 1);
        auto_free char *text = NULL, *observed = NULL;

        r.strangers = strangers;
        r.n_strangers = 3;
        text = written(&r);
        cr_expect_not_null(strstr(text, usb), "%s", text);
        cr_expect_not_null(strstr(text, "stranger_14"));
        cr_expect_not_null(strstr(text, "\nadd rule netdev sekimori stranger_12 drop\n"),
                           "the policy comes a moment later");
        cr_expect_null(strstr(text, "stranger_13"), "a name that could be a rule is left out");
        r.observe = true;
        observed = written(&r);
        cr_expect_null(strstr(observed, "stranger_"));
}

Test(ruleset_write, grants_that_cannot_be_are_refused) {
        static const struct network_grant wrong[][2] = {
                { { 7, 2, "eth0" }, { 9, 1, "usb0" } },             /* no such interface */
                { { 7, -1, "eth0" }, { 9, 1, "usb0" } },            /* none */
                { { 1, 0, "lo" }, { 9, 1, "usb0" } },               /* loopback is no interface of a policy */
                { { 0, 0, "eth0" }, { 9, 1, "usb0" } },             /* no link */
                { { 7, 0, "eth0" }, { 7, 1, "usb0" } },             /* one link, two interfaces */
                { { 7, 0, "" }, { 9, 1, "usb0" } },                 /* no name */
                { { 7, 0, "a\";accept" }, { 9, 1, "usb0" } },       /* a rule */
                { { 7, 0, "eth*" }, { 9, 1, "usb0" } },             /* many */
                { { 7, 0, "sixteen-letters1" }, { 9, 1, "usb0" } }, /* longer than a name can be */
        };

        for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
                struct ruleset r = ruleset_of(&terms, 2);
                char *text = NULL;

                r.grants = wrong[i];
                cr_expect_eq(ruleset_write(&r, &text, NULL), -EINVAL, "%zu", i);
                cr_expect_null(text);
        }
}

Test(ruleset_write, generations_that_do_not_fit_are_refused) {
        static const unsigned wrong[] = { 0, CT_GENERATION_MAX + 1 };

        for (size_t i = 0; i < 2; i++) {
                struct ruleset r = ruleset_of(&terms, 2);
                char *text = NULL;

                r.generation = wrong[i];
                cr_expect_eq(ruleset_write(&r, &text, NULL), -EINVAL);
        }
}
