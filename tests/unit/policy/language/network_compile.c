/* SPDX-License-Identifier: MIT */
/* network_compile.c — the network section of a policy: refused where it is wrong, and kept as it is said. */
#include "decision/network.h"

#include "unit/policy/hostile.h"

TestSuite(network_compile, .timeout = 60);

#define NETWORK(rest) "devices: []\nnetwork:\n  default: deny\n" rest
#define PEER(rest) NETWORK("  peers:\n  - {name: a, protocol: tcp, " rest "}\n")
#define ADDRESS(text) PEER("ports: [443], addresses: [" text "]")
#define PORT(text) PEER("addresses: [10.1.2.3], ports: [" text "]")
#define LAN(rest) NETWORK("  interfaces:\n  - {name: a, " rest "}\n")

static const char whole[] =
        NETWORK("  interfaces:\n"
                "  - {name: 庁内LAN, mac: 02:00:5e:10:00:0A, dhcp: allow}\n"
                "  - {name: ドック, driver: r8152, path: 'pci0000:00/0000:00:14.0/usb2/2-1'}\n"
                "  peers:\n"
                "  - name: 住民記録\n"
                "    clause: 6(3)ア\n"
                "    addresses: [10.1.2.3, 10.1.3.0/24, 10.1.4.10-10.1.4.20, '2001:db8:1::/64']\n"
                "    protocol: tcp\n"
                "    ports: [443, 8000-8010]\n"
                "    interface: 庁内LAN\n"
                "  - {name: 管理, addresses: [10.1.9.0/28], protocol: tcp+udp, direction: in, reason: 保守}\n"
                "  - {name: 疎通, addresses: [10.1.2.3], protocol: icmp, direction: both}\n"
                "  names: [10.1.2.53, '2001:db8:1::35']\n"
                "  time: [10.1.2.123]\n"
                "  wireless: deny\n  bluetooth: allow\n  forwarding: deny\n");

static bool is_range(const struct address_range *r, bool v6, const uint8_t *first, const uint8_t *last) {
        size_t n = v6 ? 16 : 4;

        return r->v6 == v6 && memcmp(r->first, first, n) == 0 && memcmp(r->last, last, n) == 0;
}
#define V4(...) ((const uint8_t[4]){ __VA_ARGS__ })
#define V6(...) ((const uint8_t[16]){ 0x20, 0x01, 0x0d, 0xb8, 0, 1, __VA_ARGS__ })

Test(network_compile, a_policy_without_it_says_nothing) {
        struct policy *p = given("devices: []\n");

        cr_expect_null(policy_network(p));
        cr_expect_null(policy_network(NULL));
        policy_free(p);
}

Test(network_compile, nothing_but_the_default_is_a_terminal_that_talks_to_nobody) {
        struct policy *p = given(NETWORK(""));
        const struct network_terms *n = policy_network(p);

        cr_assert_not_null(n);
        cr_expect_eq(n->at.line, HEAD_LINES + 2);
        cr_expect_eq(n->n_interfaces + n->n_peers + n->n_names + n->n_times, 0);
        cr_expect(!n->wireless && !n->bluetooth);
        policy_free(p);
}

Test(network_compile, interfaces_are_kept) {
        struct policy *p = given(whole);
        const struct network_terms *n = policy_network(p);

        cr_assert_eq(n->n_interfaces, 2);
        cr_expect_str_eq(n->interfaces[0].name, "庁内LAN");
        cr_expect(n->interfaces[0].has_mac && n->interfaces[0].dhcp);
        cr_expect_arr_eq(n->interfaces[0].mac, ((uint8_t[]){ 2, 0, 0x5e, 0x10, 0, 0x0a }), 6);
        cr_expect_str_eq(n->interfaces[0].driver, "");
        cr_expect(!n->interfaces[1].has_mac && !n->interfaces[1].dhcp);
        cr_expect_str_eq(n->interfaces[1].driver, "r8152");
        cr_expect_str_eq(n->interfaces[1].path, "pci0000:00/0000:00:14.0/usb2/2-1");
        policy_free(p);
}

Test(network_compile, peers_are_kept) {
        struct policy *p = given(whole);
        const struct network_terms *n = policy_network(p);
        const struct network_peer *first = &n->peers[0];

        cr_assert_eq(n->n_peers, 3);
        cr_expect_str_eq(first->name, "住民記録");
        cr_expect_str_eq(first->clause, "6(3)ア");
        cr_assert_eq(first->n_addresses, 4);
        cr_expect(is_range(&first->addresses[0], false, V4(10, 1, 2, 3), V4(10, 1, 2, 3)));
        cr_expect(is_range(&first->addresses[1], false, V4(10, 1, 3, 0), V4(10, 1, 3, 255)));
        cr_expect(is_range(&first->addresses[2], false, V4(10, 1, 4, 10), V4(10, 1, 4, 20)));
        cr_expect(is_range(&first->addresses[3], true, V6(0), V6(0, 0, 255, 255, 255, 255, 255, 255, 255, 255)));
        cr_assert_eq(first->n_ports, 2);
        cr_expect(first->ports[0].first == 443 && first->ports[0].last == 443);
        cr_expect(first->ports[1].first == 8000 && first->ports[1].last == 8010);
        cr_expect_eq(first->protocols, PROTOCOL_BIT(PROTOCOL_TCP));
        cr_expect_eq(first->direction, NETWORK_OUT, "a terminal asks, unless it is said otherwise");
        cr_expect_eq(first->interface, 0);
        cr_expect_eq(n->peers[1].protocols, PROTOCOL_BIT(PROTOCOL_TCP) | PROTOCOL_BIT(PROTOCOL_UDP));
        cr_expect_eq(n->peers[1].direction, NETWORK_IN);
        cr_expect_eq(n->peers[1].interface, NETWORK_INTERFACE_ANY);
        cr_expect_str_eq(n->peers[1].reason, "保守");
        cr_expect_eq(n->peers[2].direction, NETWORK_BOTH);
        policy_free(p);
}

Test(network_compile, servers_and_radios_are_kept) {
        struct policy *p = given(whole);
        const struct network_terms *n = policy_network(p);

        cr_assert_eq(n->n_names, 2);
        cr_expect(is_range(&n->names[0], false, V4(10, 1, 2, 53), V4(10, 1, 2, 53)));
        cr_expect(n->names[1].v6);
        cr_assert_eq(n->n_times, 1);
        cr_expect(is_range(&n->times[0], false, V4(10, 1, 2, 123), V4(10, 1, 2, 123)));
        cr_expect(!n->wireless && n->bluetooth);
        policy_free(p);
}

Test(network_compile, addresses_that_are_none_are_refused_where_they_stand) {
        static const struct hostile rows[] = {
                { ADDRESS("server.example"), 5, 56, "'server.example' is not an IP address (a name cannot be used" },
                { ADDRESS("localhost"), 5, 56, "is not an IP address" },
                { ADDRESS("10.1.2"), 5, 56, "is not an IP address" },
                { ADDRESS("10.1.2.256"), 5, 56, "is not an IP address" },
                { ADDRESS("010.1.2.3"), 5, 56, "is not an IP address" },
                { ADDRESS("0x0a.1.2.3"), 5, 56, "is not an IP address" },
                { ADDRESS("10.1.2.3.4"), 5, 56, "is not an IP address" },
                { ADDRESS("10.1.2.3:443"), 5, 56, "is not an IP address" },
                { ADDRESS("' 10.1.2.3'"), 5, 56, "is not an IP address" },
                { ADDRESS("１０.1.2.3"), 5, 56, "(U+FF11), where '1' belongs" },
                { ADDRESS("'fe80::1%eth0'"), 5, 56, "is not an IP address" },
                { ADDRESS("'2001:db8::1::2'"), 5, 56, "is not an IP address" },
                { ADDRESS("10.1.2.3/33"), 5, 56, "no valid length" },
                { ADDRESS("10.1.2.3/"), 5, 56, "no valid length" },
                { ADDRESS("10.1.2.0/024"), 5, 56, "no valid length" },
                { ADDRESS("10.1.2.0/255.255.255.0"), 5, 56, "no valid length" },
                { ADDRESS("'2001:db8::/129'"), 5, 56, "no valid length" },
                { ADDRESS("10.1.2.3/24"), 5, 56, "has bits set behind the length" },
                { ADDRESS("'2001:db8::1/64'"), 5, 56, "has bits set behind the length" },
                { ADDRESS("10.1.2.20-10.1.2.10"), 5, 56, "ends before it begins" },
                { ADDRESS("10.1.2.1-10.1.2"), 5, 56, "is not an IP address" },
                { ADDRESS("'10.1.2.1-2001:db8::1'"), 5, 56, "mixes IPv4 and IPv6" },
                { ADDRESS("10.1.2.0/24-10.1.3.0"), 5, 56, "no valid length" },
                { ADDRESS("127.0.0.1"), 5, 56, "is the terminal's own" },
                { ADDRESS("127.0.0.0/8"), 5, 56, "is the terminal's own" },
                { ADDRESS("'::1'"), 5, 56, "is the terminal's own" },
                { ADDRESS("'::ffff:10.1.2.3'"), 5, 56, "write it as IPv4" },
                { ADDRESS("10.1.2.0/24, 10.1.2.9"), 5, 69, "'10.1.2.9' overlaps '10.1.2.0/24' before it" },
                { ADDRESS("10.1.2.1-10.1.2.9, 10.1.2.9-10.1.2.12"), 5, 75, "overlaps '10.1.2.1-10.1.2.9' before it" },
                { ADDRESS("10.1.2.3, 10.1.2.3"), 5, 66, "overlaps '10.1.2.3' before it" },
                { NETWORK("  names: [ns.example]\n"), 4, 11, "is not an IP address" },
                { NETWORK("  names: [10.1.2.0/24]\n"), 4, 11, "is not an IP address" },
                { NETWORK("  time: [10.1.2.1, 127.0.0.1]\n"), 4, 20, "is the terminal's own" },
        };

        EXPECT_ALL_REFUSED(rows);
}

Test(network_compile, ports_that_are_none_are_refused_where_they_stand) {
        static const struct hostile rows[] = {
                { PORT("0"), 5, 61, "'0' is not a port" },
                { PORT("65536"), 5, 61, "'65536' is not a port" },
                { PORT("https"), 5, 61, "'https' is not a port (as in 443 or 8000-8010)" },
                { PORT("20-10"), 5, 61, "is not a port" },
                { PORT("10-"), 5, 61, "is not a port" },
                { PORT("-10"), 5, 61, "is not a port" },
                { PORT("1-2-3"), 5, 61, "is not a port" },
                { PORT("0443"), 5, 61, "is not a port" },
                { PORT("443, 400-500"), 5, 66, "overlaps a port before it" },
                { NETWORK("  peers:\n  - {name: a, protocol: icmp, addresses: [10.1.2.3], ports: [8]}\n"), 5, 61,
                  "ports belong to tcp, udp and sctp" },
                { NETWORK("  peers:\n  - {name: a, protocol: any, addresses: [10.1.2.3], ports: [8], reason: b}\n"), 5,
                  60, "ports belong to tcp, udp and sctp" },
        };

        EXPECT_ALL_REFUSED(rows);
}

/* Wider than /16 (/48 of IPv6), or without a port: somebody must have said why. */
Test(network_compile, what_is_wide_wants_a_reason) {
        static const struct hostile rows[] = {
                { ADDRESS("10.0.0.0/15"), 5, 55, "wider than /16" },
                { ADDRESS("0.0.0.0/0"), 5, 55, "wider than /16" },
                { ADDRESS("10.1.2.3, 10.2.0.0-10.3.0.0"), 5, 55, "wider than /16" },
                { ADDRESS("10.0.128.0-10.1.128.0"), 5, 55, "wider than /16" },
                { ADDRESS("'2001:db8::/47'"), 5, 55, "wider than /16 (/48 of IPv6)" },
                { ADDRESS("10.1.0.0/16, 10.3.0.0/16, 10.0.0.0/16"), 5, 55, "wider than /16" },
                { ADDRESS("10.0.255.255, 10.0.0.0-10.0.255.254, 10.1.0.0"), 5, 55, "wider than /16" },
                { ADDRESS("'2001:db8:1::/48', '2001:db8::/48'"), 5, 55, "wider than /16 (/48 of IPv6)" },
                { PEER("addresses: [10.1.2.3]"), 5, 5, "every port is open" },
                { PEER("addresses: [10.1.2.3], ports: [1-65535]"), 5, 60, "every port is open" },
                { PEER("addresses: [10.1.2.3], ports: [32768-65535, 1-32767]"), 5, 60, "every port is open" },
        };
        static const char *const fine[] = {
                ADDRESS("10.1.0.0/16"),
                ADDRESS("10.0.255.0-10.1.0.255"),
                ADDRESS("'2001:db8:1::/48'"),
                PEER("ports: [443], addresses: [0.0.0.0/0], reason: 全庁"),
                PEER("addresses: [10.1.2.3], reason: 保守"),
                NETWORK("  peers:\n  - {name: a, protocol: icmp, addresses: [10.1.2.3]}\n"),
                NETWORK("  peers:\n  - {name: a, protocol: any, addresses: [10.1.2.3], reason: 全部}\n"),
        };

        EXPECT_ALL_REFUSED(rows);
        for (size_t i = 0; i < sizeof fine / sizeof *fine; i++)
                cr_expect_str_eq(refusal_of(fine[i]), "", "%s", fine[i]);
}

Test(network_compile, an_interface_is_known_by_what_nobody_can_rename) {
        static const struct hostile rows[] = {
                { LAN("dhcp: allow"), 5, 5, "needs a mac, a driver or a path" },
                { LAN("mac: 02:00:5e:10:00"), 5, 20, "is not a MAC address" },
                { LAN("mac: 02:00:5e:10:00:01:02"), 5, 20, "is not a MAC address" },
                { LAN("mac: 02-00-5e-10-00-01"), 5, 20, "is not a MAC address" },
                { LAN("mac: 01:00:5e:00:00:01"), 5, 20, "is not a MAC address" },
                { LAN("mac: 00:00:00:00:00:00"), 5, 20, "is not a MAC address" },
                { LAN("mac: 02:00:5e:10:00:0g"), 5, 20, "is not a MAC address" },
                { LAN("driver: 'e1000e/../x'"), 5, 23, "is not the name of a driver" },
                { LAN("driver: e 1000"), 5, 23, "is not the name of a driver" },
                { LAN("path: /sys/devices/pci0000:00"), 5, 21, "is not the place of a device" },
                { LAN("path: 'pci0000:00/../virtual'"), 5, 21, "is not the place of a device" },
                { LAN("name_of: eth0, driver: b"), 5, 15, "unknown key 'name_of'" },
                { NETWORK("  interfaces:\n  - {name: a, driver: b}\n  - {name: a, driver: c}\n"), 6, 12,
                  "is called 'a' already" },
                { NETWORK("  interfaces:\n  - {name: a, driver: b}\n  - {name: c, driver: b}\n"), 6, 5,
                  "names the same as one before it" },
                { PEER("ports: [1], addresses: [10.1.2.3], interface: LAN"), 5, 76,
                  "interfaces: has none called 'LAN'" },
        };

        EXPECT_ALL_REFUSED(rows);
}

Test(network_compile, a_shape_that_is_none_is_refused) {
        static const struct hostile rows[] = {
                { "devices: []\nnetwork: {}\n", 2, 10, "missing key 'default'" },
                { "devices: []\nnetwork: {default: allow}\n", 2, 20, "unknown value 'allow'" },
                { NETWORK("  forwarding: allow\n"), 4, 15, "unknown value 'allow'" },
                { NETWORK("  wireless: maybe\n"), 4, 13, "unknown value 'maybe'" },
                { NETWORK("  peers: []\n"), 4, 10, "the list is empty" },
                { NETWORK("  peers:\n  - {name: a, addresses: [10.1.2.3]}\n"), 5, 5, "missing key 'protocol'" },
                { NETWORK("  peers:\n  - {name: a, protocol: tcp}\n"), 5, 5, "missing key 'addresses'" },
                { NETWORK("  peers:\n  - {name: a, protocol: ftp, addresses: [10.1.2.3]}\n"), 5, 25,
                  "unknown value 'ftp'" },
                { PEER("ports: [1], addresses: [10.1.2.3], direction: sideways"), 5, 76, "unknown value 'sideways'" },
                { NETWORK("  peers:\n  - {name: a, protocol: icmp, addresses: [10.1.2.3]}\n"
                          "  - {name: a, protocol: gre, addresses: [10.1.2.4]}\n"),
                  6, 12, "a peer before this one is called 'a' already" },
        };

        EXPECT_ALL_REFUSED(rows);
}

/* `n` peers, each with an address of its own; the caller frees. */
static char *peers_text(unsigned n) {
        char *text = NULL;
        size_t size;
        FILE *f = open_memstream(&text, &size);

        (void)fputs(HEAD NETWORK("  peers:\n"), f);
        for (unsigned i = 0; i < n; i++)
                (void)fprintf(f, "  - {name: p%u, protocol: tcp, ports: [443], addresses: [10.%u.%u.%u]}\n", i, i >> 16,
                              i >> 8 & 255, i & 255);
        cr_assert_eq(fclose(f), 0);
        return text;
}

Test(network_compile, a_hundred_thousand_peers_are_refused_in_one_line) {
        static const unsigned many[] = { 4097, 100000 };

        for (size_t i = 0; i < sizeof many / sizeof *many; i++) {
                char *text = peers_text(many[i]);
                const char *why = refusal(bytes_text(text));

                cr_expect(*why && !strchr(why, '\n'), "%u peers: %s", many[i], why);
                free(text);
        }
}

Test(network_compile, four_thousand_peers_are_kept) {
        char *text = peers_text(4096);
        struct policy *p = NULL;
        struct err err;

        cr_assert_eq(policy_compile(bytes_text(text), &p, &err), 0, "%s", err.text);
        cr_expect_eq(policy_network(p)->n_peers, 4096);
        cr_expect_str_eq(policy_network(p)->peers[4095].name, "p4095");
        cr_expect(is_range(policy_network(p)->peers[4095].addresses, false, V4(10, 0, 15, 255), V4(10, 0, 15, 255)));
        policy_free(p);
        free(text);
}

Test(network_compile, every_truncation_is_refused_or_a_policy) {
        char text[sizeof whole + sizeof HEAD];
        size_t n = (size_t)snprintf(text, sizeof text, HEAD "%s", whole);

        for (size_t i = 0; i < n; i++) {
                struct policy *p = NULL;
                struct err err = { 0 };
                int r = policy_compile((struct bytes){ (const uint8_t *)text, i }, &p, &err);

                cr_expect(r == 0 || (err.text[0] && !strchr(err.text, '\n')), "%zu bytes", i);
                policy_free(p);
        }
}

/* 300 addresses by 300 ports, none beside the next: what the kernel would be given has 90,000 entries. */
Test(network_compile, more_than_the_kernel_is_to_be_given_is_refused) {
        char *text = NULL;
        size_t size = 0;
        FILE *to = open_memstream(&text, &size);

        (void)fputs(NETWORK("  interfaces: [{name: a, driver: e1000e}]\n  peers:\n  - name: a\n    protocol: tcp\n"
                            "    addresses: ["),
                    to);
        for (unsigned i = 0; i < 300; i++)
                (void)fprintf(to, "%s10.1.%u.%u", i ? ", " : "", i >> 7, 2 * i & 0xff);
        (void)fputs("]\n    ports: [", to);
        for (unsigned i = 0; i < 300; i++)
                (void)fprintf(to, "%s%u", i ? ", " : "", 2 * i + 1);
        (void)fputs("]\n", to);
        cr_assert_eq(fclose(to), 0);
        expect_refused((const struct hostile[]){ { text, 3, 3, "too many combinations of addresses and ports" } }, 1);
        free(text);
}
