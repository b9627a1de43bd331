/* SPDX-License-Identifier: MIT */
/* network_allows.c — which conversations a policy lets through. */
#include "decision/network.h"

#include "unit/policy/hostile.h"

#include <arpa/inet.h>

static const char text[] =
        "devices: []\nnetwork:\n  default: deny\n"
        "  peers:\n"
        "  - {name: 住民記録, addresses: [10.1.2.3, '2001:db8:1::/64'], protocol: tcp, ports: [443, 8000-8010]}\n"
        "  - {name: 管理, addresses: [10.1.9.0/28], protocol: tcp, ports: [22], direction: in}\n"
        "  - {name: 疎通, addresses: [10.1.2.3], protocol: icmp}\n"
        "  - {name: 保守, addresses: [10.1.7.1], protocol: any, direction: both, reason: 試験}\n"
        "  names: [10.1.2.53]\n  time: [10.1.2.123]\n";

static struct address_range one(const char *address) {
        struct address_range r = { .v6 = strchr(address, ':') };

        cr_assert_eq(inet_pton(r.v6 ? AF_INET6 : AF_INET, address, r.first), 1);
        memcpy(r.last, r.first, sizeof r.last);
        return r;
}

Test(network_allows, what_is_named_and_nothing_beside_it, .timeout = 20) {
        static const struct {
                bool allowed;
                enum network_direction began;
                enum protocol protocol;
                const char *other;
                uint16_t port;
        } rows[] = {
                { true, NETWORK_OUT, PROTOCOL_TCP, "10.1.2.3", 443 },
                { true, NETWORK_OUT, PROTOCOL_TCP, "10.1.2.3", 8010 },
                { false, NETWORK_OUT, PROTOCOL_TCP, "10.1.2.3", 8011 },
                { false, NETWORK_OUT, PROTOCOL_UDP, "10.1.2.3", 443 },
                { false, NETWORK_OUT, PROTOCOL_TCP, "10.1.2.4", 443 },
                { false, NETWORK_IN, PROTOCOL_TCP, "10.1.2.3", 443 },
                { true, NETWORK_OUT, PROTOCOL_TCP, "2001:db8:1::9", 443 },
                { false, NETWORK_OUT, PROTOCOL_TCP, "2001:db8:2::9", 443 },
                { true, NETWORK_IN, PROTOCOL_TCP, "10.1.9.15", 22 },
                { false, NETWORK_IN, PROTOCOL_TCP, "10.1.9.16", 22 },
                { false, NETWORK_OUT, PROTOCOL_TCP, "10.1.9.15", 22 },
                { true, NETWORK_OUT, PROTOCOL_ICMP, "10.1.2.3", 0 },
                { true, NETWORK_OUT, PROTOCOL_GRE, "10.1.7.1", 0 },
                { true, NETWORK_IN, PROTOCOL_SCTP, "10.1.7.1", 9 },
                { true, NETWORK_OUT, PROTOCOL_UDP, "10.1.2.53", 53 },
                { true, NETWORK_OUT, PROTOCOL_TCP, "10.1.2.53", 53 },
                { false, NETWORK_IN, PROTOCOL_UDP, "10.1.2.53", 53 },
                { false, NETWORK_OUT, PROTOCOL_UDP, "10.1.2.53", 54 },
                { true, NETWORK_OUT, PROTOCOL_UDP, "10.1.2.123", 123 },
                { false, NETWORK_OUT, PROTOCOL_TCP, "10.1.2.123", 123 },
        };
        struct policy *p = given(text);

        for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
                const struct address_range other = one(rows[i].other);

                cr_expect_eq(network_allows(policy_network(p), rows[i].began, rows[i].protocol, &other, rows[i].port),
                             rows[i].allowed, "row %zu", i);
        }
        policy_free(p);
}

Test(network_allows, an_address_is_the_first_peers_that_has_it, .timeout = 20) {
        struct policy *p = given(text);
        const struct network_terms *t = policy_network(p);
        const struct address_range server = one("10.1.2.3"), desk = one("10.1.9.1"), nobody = one("10.1.2.53");

        cr_expect_eq(network_peer_at(t, NETWORK_BOTH, &server), &t->peers[0]);
        cr_expect_eq(network_peer_at(t, NETWORK_IN, &desk), &t->peers[1]);
        cr_expect_null(network_peer_at(t, NETWORK_OUT, &desk), "it may only ask");
        cr_expect_null(network_peer_at(t, NETWORK_BOTH, &nobody), "a resolver is no peer");
        policy_free(p);
}
