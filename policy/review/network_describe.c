/* SPDX-License-Identifier: MIT */
/* network_describe.c — see network_describe.h. */
#include "review/network_describe.h"

#include "base/quote.h"

#include <string.h>

static const struct phrase aspect_names[PEER_ASPECTS] = {
        [PEER_ADDRESSES] = { "アドレス", "addresses" }, [PEER_SERVICE] = { "プロトコル", "protocol" },
        [PEER_DIRECTION] = { "向き", "direction" },     [PEER_INTERFACE] = { "口", "interface" },
        [PEER_REASON] = { "理由", "reason" },           [PEER_CLAUSE] = { "条項", "clause" },
};

const char *peer_aspect_name(enum peer_aspect a, enum language l) {
        return SAY(l, aspect_names[a].ja, aspect_names[a].en);
}

void address_ranges_describe(FILE *to, const struct address_range *ranges, size_t n) {
        char text[ADDRESS_RANGE_TEXT];

        for (size_t i = 0; i < n; i++) {
                address_range_text(&ranges[i], text);
                (void)fprintf(to, "%s%s", i ? ", " : "", text);
        }
}

static void network_describe_ports(FILE *to, const struct network_peer *peer, enum language l) {
        for (size_t i = 0; i < peer->n_ports; i++) {
                (void)fprintf(to, "%s%u", i ? "," : " ", peer->ports[i].first);
                if (peer->ports[i].last > peer->ports[i].first)
                        (void)fprintf(to, "-%u", peer->ports[i].last);
        }
        if (!peer->n_ports && peer->protocols & PROTOCOLS_WITH_PORTS)
                (void)fputs(SAY(l, " 全ポート", " every port"), to);
}

static void network_describe_service(FILE *to, const struct network_peer *peer, enum language l) {
#define PROTOCOL_NAME(protocol, name, ports) [protocol] = name,
        static const char *const names[PROTOCOLS] = { PROTOCOL_ROWS(PROTOCOL_NAME) };
        const char *between = "";

        if (peer->protocols == PROTOCOLS_ALL) {
                (void)fputs(SAY(l, "すべて", "any"), to);
                return;
        }
        for (unsigned i = 0; i < PROTOCOLS; i++)
                if (peer->protocols & PROTOCOL_BIT(i)) {
                        (void)fprintf(to, "%s%s", between, names[i]);
                        between = "+";
                }
        network_describe_ports(to, peer, l);
}

static const char *direction_words(enum network_direction d, enum language l) {
        switch (d) {
        case NETWORK_OUT:
                return SAY(l, "端末から", "out");
        case NETWORK_IN:
                return SAY(l, "端末へ", "in");
        default:
                return SAY(l, "両方向", "both ways");
        }
}

void peer_describe(FILE *to, const struct network_terms *n, const struct network_peer *peer, enum peer_aspect a,
                   enum language l) {
        switch (a) {
        case PEER_ADDRESSES:
                address_ranges_describe(to, peer->addresses, peer->n_addresses);
                break;
        case PEER_SERVICE:
                network_describe_service(to, peer, l);
                break;
        case PEER_DIRECTION:
                (void)fputs(direction_words(peer->direction, l), to);
                break;
        case PEER_INTERFACE:
                if (peer->interface != NETWORK_INTERFACE_ANY)
                        (void)fputs(shown(n->interfaces[peer->interface].name).text, to);
                break;
        case PEER_REASON:
                (void)fputs(shown(peer->reason).text, to);
                break;
        default:
                (void)fputs(shown(peer->clause).text, to);
        }
}

void peer_describe_all(FILE *to, const struct network_terms *n, const struct network_peer *peer, enum language l) {
        peer_describe(to, n, peer, PEER_ADDRESSES, l);
        (void)fputs("; ", to);
        peer_describe(to, n, peer, PEER_SERVICE, l);
        (void)fputs("; ", to);
        peer_describe(to, n, peer, PEER_DIRECTION, l);
        if (peer->interface == NETWORK_INTERFACE_ANY)
                return;
        (void)fputs("; ", to);
        peer_describe(to, n, peer, PEER_INTERFACE, l);
}

void network_interface_describe(FILE *to, const struct network_interface *i, enum language l) {
        const char *between = "";

        if (i->has_mac) {
                (void)fprintf(to, "mac %02x:%02x:%02x:%02x:%02x:%02x", i->mac[0], i->mac[1], i->mac[2], i->mac[3],
                              i->mac[4], i->mac[5]);
                between = ", ";
        }
        if (*i->driver) {
                (void)fprintf(to, "%sdriver %s", between, i->driver);
                between = ", ";
        }
        if (*i->path)
                (void)fprintf(to, "%spath %s", between, shown(i->path).text);
        if (i->dhcp)
                (void)fputs(SAY(l, "、アドレスは DHCP で", ", address by DHCP"), to);
}
