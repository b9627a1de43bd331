/* SPDX-License-Identifier: MIT */
/* network.c — a plan comes back as it was written, and nothing else is one. */
#include "wire/network.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

TestSuite(network_plan, .timeout = 60);

static const struct address_range two[] = { { .first = { 10, 1, 2, 0 }, .last = { 10, 1, 2, 255 } },
                                            { .v6 = true, .first = { 0x20, 1 }, .last = { 0x20, 1, 0xff } } },
                                  one = { .first = { 10, 1, 2, 53 }, .last = { 10, 1, 2, 53 } };

static const struct network_plan whole = {
        .serial = 12,
        .english = true,
        .has_terms = true,
        .terms = { .interfaces = (const struct network_interface[]){ { .name = "庁内LAN",
                                                                       .driver = "",
                                                                       .path = "pci0000:00/0000:00:1f.6",
                                                                       .has_mac = true,
                                                                       .dhcp = true,
                                                                       .mac = { 2, 0, 0x5e, 0x10, 0, 1 } },
                                                                     { .name = "b", .driver = "r8152", .path = "" } },
                   .n_interfaces = 2,
                   .peers = (const struct network_peer[]){ { .name = "a",
                                                             .clause = "6(3)ア",
                                                             .reason = "",
                                                             .addresses = two,
                                                             .n_addresses = 2,
                                                             .ports = (const struct port_range[]){ { 443, 443 },
                                                                                                   { 8000, 8010 } },
                                                             .n_ports = 2,
                                                             .protocols = PROTOCOL_BIT(PROTOCOL_TCP),
                                                             .direction = NETWORK_OUT,
                                                             .interface = 1 },
                                                           { .name = "c",
                                                             .clause = "",
                                                             .reason = "all of it",
                                                             .addresses = &one,
                                                             .n_addresses = 1,
                                                             .protocols = PROTOCOLS_ALL,
                                                             .direction = NETWORK_BOTH,
                                                             .interface = NETWORK_INTERFACE_ANY } },
                   .n_peers = 2,
                   .names = &one,
                   .n_names = 1,
                   .bluetooth = true },
};

struct encoded {
        uint8_t *bytes;
        size_t size;
};

static struct encoded encoded(const struct network_plan *p) {
        struct encoded e = { 0 };

        cr_assert_eq(network_plan_encode(p, &e.bytes, &e.size), 0);
        return e;
}

static void expect_ranges(const struct address_range *a, const struct address_range *b, size_t n) {
        cr_expect_arr_eq(a, b, n * sizeof *a);
}

static void expect_same(const struct network_terms *a, const struct network_terms *b) {
        cr_assert_eq(a->n_interfaces, b->n_interfaces);
        cr_assert_eq(a->n_peers, b->n_peers);
        cr_assert_eq(a->n_names, b->n_names);
        cr_assert_eq(a->n_times, b->n_times);
        cr_expect(a->wireless == b->wireless && a->bluetooth == b->bluetooth);
        for (size_t i = 0; i < a->n_interfaces; i++) {
                cr_expect_str_eq(a->interfaces[i].name, b->interfaces[i].name);
                cr_expect_str_eq(a->interfaces[i].driver, b->interfaces[i].driver);
                cr_expect_str_eq(a->interfaces[i].path, b->interfaces[i].path);
                cr_expect_arr_eq(a->interfaces[i].mac, b->interfaces[i].mac, NETWORK_MAC);
                cr_expect(a->interfaces[i].has_mac == b->interfaces[i].has_mac
                          && a->interfaces[i].dhcp == b->interfaces[i].dhcp);
        }
        for (size_t i = 0; i < a->n_peers; i++) {
                const struct network_peer *x = &a->peers[i], *y = &b->peers[i];

                cr_expect_str_eq(x->name, y->name);
                cr_expect_str_eq(x->clause, y->clause);
                cr_expect_str_eq(x->reason, y->reason);
                cr_expect(x->protocols == y->protocols && x->direction == y->direction && x->interface == y->interface);
                cr_assert(x->n_addresses == y->n_addresses && x->n_ports == y->n_ports);
                expect_ranges(x->addresses, y->addresses, x->n_addresses);
                for (size_t k = 0; k < x->n_ports; k++)
                        cr_expect(x->ports[k].first == y->ports[k].first && x->ports[k].last == y->ports[k].last);
        }
        expect_ranges(a->names, b->names, a->n_names);
}

Test(network_plan, what_is_written_comes_back) {
        struct encoded e = encoded(&whole);
        struct network_plan back;

        cr_assert_eq(network_plan_decode(bytes_of(e.bytes, e.size), &back), 0);
        cr_expect_eq(back.serial, 12);
        cr_expect(back.english && back.has_terms);
        expect_same(&whole.terms, &back.terms);
        network_plan_free(&back);
        free(e.bytes);
}

Test(network_plan, a_policy_that_says_nothing_is_a_plan_too) {
        struct encoded e = encoded(&(struct network_plan){ .serial = 3 });
        struct network_plan back;

        cr_assert_eq(network_plan_decode(bytes_of(e.bytes, e.size), &back), 0);
        cr_expect_eq(back.serial, 3);
        cr_expect_not(back.has_terms);
        network_plan_free(&back);
        free(e.bytes);
}

/* Larger than what is usual, and one more than may be. */
Test(network_plan, as_many_addresses_as_a_policy_may_have) {
        static struct address_range many[NETWORK_ADDRESSES_MAX + 1];
        struct network_plan p = { .serial = 4, .has_terms = true }, back;
        struct encoded e;

        p.terms.names = many;
        p.terms.n_names = NETWORK_ADDRESSES_MAX;
        e = encoded(&p);
        cr_assert_eq(network_plan_decode(bytes_of(e.bytes, e.size), &back), 0);
        cr_expect_eq(back.terms.n_names, NETWORK_ADDRESSES_MAX);
        network_plan_free(&back);
        free(e.bytes);
        p.terms.n_names++;
        e = encoded(&p);
        cr_expect_eq(network_plan_decode(bytes_of(e.bytes, e.size), &back), -EBADMSG);
        free(e.bytes);
}

Test(network_plan, every_truncation_and_every_flipped_bit_is_refused) {
        struct encoded e = encoded(&whole);

        for (size_t n = 0; n < e.size; n++) {
                uint8_t *cut = malloc(n ? n : 1); /* exactly as large, for the sanitizer */
                struct network_plan back;

                memcpy(cut, e.bytes, n);
                cr_expect_eq(network_plan_decode(bytes_of(cut, n), &back), -EBADMSG, "%zu bytes", n);
                free(cut);
        }
        for (size_t i = 0; i < e.size * 8; i++) {
                struct network_plan back;

                e.bytes[i / 8] ^= (uint8_t)(1 << i % 8);
                cr_expect_eq(network_plan_decode(bytes_of(e.bytes, e.size), &back), -EBADMSG, "bit %zu", i);
                e.bytes[i / 8] ^= (uint8_t)(1 << i % 8);
        }
        free(e.bytes);
}

/* Each of these is whole and has its checksum, and means something that a policy cannot say. */
Test(network_plan, what_no_policy_can_say_is_refused) {
        static const struct address_range backwards = { .first = { 10, 2 }, .last = { 10, 1 } };
        const struct {
                const char *what;
                struct network_peer peer;
        } rows[] = {
                { "no address", { .addresses = &one, .protocols = 1, .direction = NETWORK_OUT } },
                { "no protocol", { .addresses = &one, .n_addresses = 1, .direction = NETWORK_OUT } },
                { "a protocol too many",
                  { .addresses = &one, .n_addresses = 1, .protocols = PROTOCOLS_ALL + 1, .direction = NETWORK_OUT } },
                { "no direction", { .addresses = &one, .n_addresses = 1, .protocols = 1 } },
                { "a direction too many", { .addresses = &one, .n_addresses = 1, .protocols = 1, .direction = 4 } },
                { "an interface that is not there",
                  { .addresses = &one, .n_addresses = 1, .protocols = 1, .direction = 1, .interface = 2 } },
                { "a range backwards", { .addresses = &backwards, .n_addresses = 1, .protocols = 1, .direction = 1 } },
                { "ports of icmp",
                  { .addresses = &one,
                    .n_addresses = 1,
                    .protocols = PROTOCOL_BIT(PROTOCOL_ICMP),
                    .direction = 1,
                    .ports = &(struct port_range){ 1, 2 },
                    .n_ports = 1 } },
                { "port 0",
                  { .addresses = &one,
                    .n_addresses = 1,
                    .protocols = 1,
                    .direction = 1,
                    .ports = &(struct port_range){ 0, 2 },
                    .n_ports = 1 } },
                { "ports backwards",
                  { .addresses = &one,
                    .n_addresses = 1,
                    .protocols = 1,
                    .direction = 1,
                    .ports = &(struct port_range){ 3, 2 },
                    .n_ports = 1 } },
        };

        for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
                struct network_peer peer = rows[i].peer;
                struct network_plan p = whole, back;
                struct encoded e;

                peer.name = peer.clause = peer.reason = "x";
                p.terms.peers = &peer;
                p.terms.n_peers = 1;
                e = encoded(&p);
                cr_expect_eq(network_plan_decode(bytes_of(e.bytes, e.size), &back), -EBADMSG, "%s", rows[i].what);
                free(e.bytes);
        }
}
