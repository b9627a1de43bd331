/* SPDX-License-Identifier: MIT */
/* network.h — what a compiled policy says of the network: with whom the terminal may talk, and through which of its own
 * interfaces. No I/O. Everything here lives as long as the policy. */
#pragma once

#include "base/place.h"
#include "decision/policy.h"

/* Of a whole policy: somebody must have read them. Addresses are those of all peers and servers. */
#define NETWORK_INTERFACES_MAX 32
#define NETWORK_PEERS_MAX 4096
#define NETWORK_ADDRESSES_MAX 16384

#define NETWORK_MAC 6
#define NETWORK_INTERFACE_ANY (-1)

/* Both ends belong to it; network byte order, an IPv4 address in the first four bytes. */
struct address_range {
        bool v6;
        uint8_t first[16], last[16];
};

/* Is every address of `inner` one of `outer`? */
bool address_range_covers(const struct address_range *outer, const struct address_range *inner);
bool address_ranges_meet(const struct address_range *a, const struct address_range *b);
bool address_range_goes_on(const struct address_range *r, const struct address_range *next); /* nothing between them */

/* Wider than /16, or /48 of IPv6: a whole organisation. */
bool address_range_is_wide(const struct address_range *r);

/* As a policy would write it: an address, a prefix, or two addresses. */
#define ADDRESS_RANGE_TEXT 96
void address_range_text(const struct address_range *r, char ret[ADDRESS_RANGE_TEXT]);

struct port_range {
        uint16_t first, last;
};

/* What is carried by IP, its name in a policy, and whether it has ports. "any" is every one, named here or not. */
#define PROTOCOL_ROWS(ROW)                                                                                             \
        ROW(PROTOCOL_TCP, "tcp", true)                                                                                 \
        ROW(PROTOCOL_UDP, "udp", true)                                                                                 \
        ROW(PROTOCOL_SCTP, "sctp", true)                                                                               \
        ROW(PROTOCOL_ICMP, "icmp", false)                                                                              \
        ROW(PROTOCOL_GRE, "gre", false)                                                                                \
        ROW(PROTOCOL_ESP, "esp", false)                                                                                \
        ROW(PROTOCOL_ANY, "any", false)

#define PROTOCOL_ENUMERATOR(protocol, name, ports) protocol,
enum protocol { PROTOCOL_ROWS(PROTOCOL_ENUMERATOR) PROTOCOLS };
#define PROTOCOL_BIT(p) (1U << (p))
#define PROTOCOLS_WITH_PORTS (PROTOCOL_BIT(PROTOCOL_TCP) | PROTOCOL_BIT(PROTOCOL_UDP) | PROTOCOL_BIT(PROTOCOL_SCTP))
#define PROTOCOLS_ALL (PROTOCOL_BIT(PROTOCOLS) - 1)

/* Who begins the conversation. Answers always come back. */
enum network_direction { NETWORK_OUT = 1, NETWORK_IN = 2, NETWORK_BOTH = NETWORK_OUT | NETWORK_IN };

/* Which of the terminal's interfaces: all that is given must be so. A MAC address is the one that the hardware was made
 * with, the path is that of its device below /sys/devices. */
struct network_interface {
        const char *name;
        const char *driver, *path; /* "" where not given */
        bool has_mac, dhcp;
        uint8_t mac[NETWORK_MAC];
        struct place at;
};

struct network_peer {
        const char *name, *clause, *reason; /* "" where not given */
        const struct address_range *addresses;
        const struct port_range *ports; /* none: every port, or the protocol has none */
        size_t n_addresses, n_ports;
        uint32_t protocols; /* PROTOCOL_BIT; PROTOCOLS_ALL for any */
        enum network_direction direction;
        int interface; /* NETWORK_INTERFACE_ANY: each that is named */
        struct place at;
};

struct network_terms {
        struct place at; /* of the key */
        const struct network_interface *interfaces;
        const struct network_peer *peers;
        const struct address_range *names, *times; /* one address each: resolvers, and where the time comes from */
        size_t n_interfaces, n_peers, n_names, n_times;
        bool wireless, bluetooth; /* radios may be switched on */
};

/* Where resolvers (tcp and udp) and clocks (udp) are asked. */
#define NETWORK_PORT_NAMES 53
#define NETWORK_PORT_TIME 123

/* The first peer in any of these directions that has this one address, whatever it may be asked; NULL: none has. */
const struct network_peer *network_peer_at(const struct network_terms *t, enum network_direction any,
                                           const struct address_range *address);

/* Would packets of this conversation pass, through the interface that is meant for them? `other` is one address (the
 * other end), and the port that of whoever was asked; 0 where there is none. `began` is one direction. */
bool network_allows(const struct network_terms *t, enum network_direction began, enum protocol p,
                    const struct address_range *other, uint16_t port);

/* NULL: the policy says nothing of the network. */
const struct network_terms *policy_network(const struct policy *p);
