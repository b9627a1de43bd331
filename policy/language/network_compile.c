/* SPDX-License-Identifier: MIT */
/* network_compile.c — `network:` from draft to plane: every value checked where it stands. */
#include "base/quote.h"
#include "language/address.h"
#include "language/compile.h"
#include "language/typing.h"
#include "language/value.h"

#include <stdlib.h>
#include <string.h>

#define DRIVER_MAX 32
#define PATH_MAX_BYTES 200

static int address_refuse(const struct compiler *c, uint32_t item, const char *s, const struct phrase *fault) {
        return misfit_hint(c->err, refuse(c, item, NULL, "「%s」は" IN_JA, "'%s' " IN_EN, shown(s).text, PHRASE(fault)),
                           s);
}

/* Of one list: each address is written once, so that nobody strikes one out and leaves it in another. */
static int overlap_refuse(const struct compiler *c, uint32_t item, const char *s, const struct address_range *other) {
        char text[ADDRESS_RANGE_TEXT];

        address_range_text(other, text);
        return refuse(c, item, NULL, "「%s」は、前の「%s」と重なっています", "'%s' overlaps '%s' before it",
                      shown(s).text, text);
}

typedef const struct phrase *address_reader(const char *s, struct address_range *ret);

static int addresses_compile(const struct compiler *c, uint32_t list, char *const *texts, unsigned n,
                             address_reader *read) {
        struct network_plane *plane = &c->policy->network;
        struct address_range *mine = plane->addresses + plane->n_addresses;
        uint32_t item = outline_first(c->outline, list);

        for (unsigned i = 0; i < n; i++, item = outline_next(c->outline, item)) {
                const struct phrase *fault = read(texts[i], &mine[i]);

                if (fault)
                        return address_refuse(c, item, texts[i], fault);
                for (unsigned k = 0; k < i; k++)
                        if (address_ranges_meet(&mine[k], &mine[i]))
                                return overlap_refuse(c, item, texts[i], &mine[k]);
        }
        plane->n_addresses += n;
        return 0;
}

static int ports_compile(const struct compiler *c, const struct draft_peer *d, uint32_t node) {
        struct network_plane *plane = &c->policy->network;
        struct port_range *mine = plane->ports + plane->n_ports;
        uint32_t item = outline_first(c->outline, outline_key(c->outline, node, "ports"));

        if (d->n_ports && (uint32_t)d->protocol & ~PROTOCOLS_WITH_PORTS)
                return refuse(c, node, "ports", "ports は tcp、udp、sctp のときに書きます",
                              "ports belong to tcp, udp and sctp");
        for (unsigned i = 0; i < d->n_ports; i++, item = outline_next(c->outline, item)) {
                if (!port_range_parse(d->ports[i], &mine[i]))
                        return misfit_hint(
                                c->err,
                                refuse(c, item, NULL, "「%s」はポート番号ではありません（例: 443、8000-8010）",
                                       "'%s' is not a port (as in 443 or 8000-8010)", shown(d->ports[i]).text),
                                d->ports[i]);
                for (unsigned k = 0; k < i; k++)
                        if (mine[k].first <= mine[i].last && mine[i].first <= mine[k].last)
                                return refuse(c, item, NULL, "「%s」は、前のポートと重なっています",
                                              "'%s' overlaps a port before it", shown(d->ports[i]).text);
        }
        plane->n_ports += d->n_ports;
        return 0;
}

static int by_first(const void *a, const void *b) {
        const struct address_range *x = a, *y = b;

        return x->v6 != y->v6 ? x->v6 - y->v6 : memcmp(x->first, y->first, sizeof x->first);
}

/* Two that touch are one: who needs a reason does not get around it by writing halves. */
static int is_wide(const struct compiler *c, const struct draft_peer *d, bool *ret) {
        const struct network_plane *plane = &c->policy->network;
        auto_free struct address_range *mine = calloc(d->n_addresses + 1, sizeof *mine);
        struct address_range whole;

        if (!mine)
                return refuse_memory(c->err);
        memcpy(mine, plane->addresses + plane->n_addresses - d->n_addresses, d->n_addresses * sizeof *mine);
        qsort(mine, d->n_addresses, sizeof *mine, by_first);
        whole = mine[0];
        *ret = address_range_is_wide(&whole);
        for (unsigned i = 1; i < d->n_addresses; i++) {
                if (address_range_goes_on(&whole, &mine[i]))
                        memcpy(whole.last, mine[i].last, sizeof whole.last);
                else
                        whole = mine[i];
                *ret = *ret || address_range_is_wide(&whole);
        }
        return 0;
}

/* Ports of one peer do not overlap. */
static bool has_every_port(const struct network_plane *plane, const struct draft_peer *d) {
        unsigned n = 0;

        for (size_t i = plane->n_ports - d->n_ports; i < plane->n_ports; i++)
                n += plane->ports[i].last - plane->ports[i].first + 1U;
        return (uint32_t)d->protocol & PROTOCOLS_WITH_PORTS && (!n || n == UINT16_MAX);
}

/* Whoever signs it should read why: a whole organisation, or every port of a server. */
static int reason_check(const struct compiler *c, const struct draft_peer *d, uint32_t node) {
        int r = refuse_unless_line(c, node, "reason", d->reason);
        bool wide = false;

        if (r < 0 || d->reason)
                return r;
        r = is_wide(c, d, &wide);
        if (r < 0)
                return r;
        if (wide)
                return refuse(c, node, "addresses",
                              "/16（IPv6 は /48）より広い範囲です。広くする理由を reason: に書いてください",
                              "wider than /16 (/48 of IPv6): say why in reason:");
        return has_every_port(&c->policy->network, d)
                       ? refuse(c, node, d->n_ports ? "ports" : NULL,
                                "すべてのポートが通ります。その理由を reason: に書いてください",
                                "every port is open: say why in reason:")
                       : 0;
}

static int interface_find(const struct compiler *c, const struct draft_peer *d, uint32_t node, int *ret) {
        const struct network_plane *plane = &c->policy->network;
        uint32_t name = d->interface ? pool_text(&c->policy->pool, d->interface) : 0;

        *ret = NETWORK_INTERFACE_ANY;
        for (size_t i = 0; d->interface && i < plane->terms.n_interfaces; i++)
                if (plane->interface_texts[i].name == name)
                        *ret = (int)i;
        return !d->interface || *ret >= 0 ? 0
                                          : refuse(c, node, "interface", "interfaces: に「%s」という名前がありません",
                                                   "interfaces: has none called '%s'", shown(d->interface).text);
}

static int peer_compile(const struct compiler *c, const struct draft_peer *d, uint32_t node, size_t at) {
        struct network_plane *plane = &c->policy->network;
        struct network_peer *peer = &plane->peers[at];
        struct network_peer_texts *texts = &plane->peer_texts[at];
        int r = refuse_unless_line(c, node, "name", d->name);

        if (r == 0)
                r = refuse_unless_line(c, node, "clause", d->clause);
        if (r == 0)
                r = interface_find(c, d, node, &peer->interface);
        *texts = (struct network_peer_texts){ .address = (uint32_t)plane->n_addresses,
                                              .port = (uint32_t)plane->n_ports };
        if (r == 0)
                r = addresses_compile(c, outline_key(c->outline, node, "addresses"), d->addresses, d->n_addresses,
                                      address_range_parse);
        if (r == 0)
                r = ports_compile(c, d, node);
        if (r == 0)
                r = reason_check(c, d, node);
        texts->name = pool_text(&c->policy->pool, d->name);
        texts->clause = pool_text(&c->policy->pool, d->clause);
        texts->reason = pool_text(&c->policy->pool, d->reason);
        peer->n_addresses = d->n_addresses;
        peer->n_ports = d->n_ports;
        peer->protocols = (uint32_t)d->protocol;
        peer->direction = d->direction ? (enum network_direction)d->direction : NETWORK_OUT;
        peer->at = outline_place(c->outline, node);
        return r;
}

/* The pool keeps a text once: the same name is the same offset. */
static int peers_compile(const struct compiler *c, const struct draft_network *d, uint32_t node) {
        struct network_plane *plane = &c->policy->network;
        uint32_t item = outline_first(c->outline, outline_key(c->outline, node, "peers"));
        int r = 0;

        for (unsigned i = 0; r == 0 && i < d->n_peers; i++, item = outline_next(c->outline, item)) {
                r = peer_compile(c, &d->peers[i], item, i);
                if (r == 0 && c->policy->pool.broken)
                        return refuse_memory(c->err);
                for (unsigned k = 0; r == 0 && k < i; k++)
                        if (plane->peer_texts[k].name == plane->peer_texts[i].name)
                                r = refuse(c, item, "name", "「%s」という名前の相手が、前にもあります",
                                           "a peer before this one is called '%s' already",
                                           shown(d->peers[i].name).text);
                plane->terms.n_peers++;
        }
        return r;
}

/* A name in sysfs: what a kernel calls a driver, or a device below /sys/devices. */
static bool is_driver(const char *s) {
        return *s && strlen(s) <= DRIVER_MAX
               && s[strspn(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-")] == '\0';
}

static bool is_device_path(const char *s) {
        size_t n = strlen(s);

        return n && n <= PATH_MAX_BYTES && s[0] != '/' && s[n - 1] != '/' && !line_fault(s) && !strstr(s, "//")
               && !strstr(s, "..") && !strchr(s, ' ');
}

static int selectors_compile(const struct compiler *c, const struct draft_interface *d, uint32_t node,
                             struct network_interface *to) {
        if (!d->mac && !d->driver && !d->path)
                return refuse(c, node, NULL, "mac、driver、path のどれかが要ります", "needs a mac, a driver or a path");
        to->has_mac = d->mac != NULL;
        if (d->mac && !mac_parse(d->mac, to->mac))
                return misfit_hint(c->err,
                                   refuse(c, node, "mac",
                                          "「%s」は 02:00:5e:10:00:01 のような MAC アドレスではありません",
                                          "'%s' is not a MAC address like 02:00:5e:10:00:01", shown(d->mac).text),
                                   d->mac);
        if (d->driver && !is_driver(d->driver))
                return refuse(c, node, "driver", "「%s」はドライバーの名前ではありません（例: e1000e）",
                              "'%s' is not the name of a driver (as in e1000e)", shown(d->driver).text);
        if (d->path && !is_device_path(d->path))
                return refuse(c, node, "path",
                              "「%s」は /sys/devices より下の機器の場所ではありません（例: pci0000:00/0000:00:1f.6）",
                              "'%s' is not the place of a device below /sys/devices (as in pci0000:00/0000:00:1f.6)",
                              shown(d->path).text);
        return 0;
}

static bool is_same_interface(const struct network_plane *plane, size_t a, size_t b) {
        const struct network_interface *x = &plane->interfaces[a], *y = &plane->interfaces[b];

        return x->has_mac == y->has_mac && memcmp(x->mac, y->mac, sizeof x->mac) == 0
               && plane->interface_texts[a].driver == plane->interface_texts[b].driver
               && plane->interface_texts[a].path == plane->interface_texts[b].path;
}

static int interface_compile(const struct compiler *c, const struct draft_interface *d, uint32_t node, size_t at) {
        struct network_plane *plane = &c->policy->network;
        int r = refuse_unless_line(c, node, "name", d->name);

        if (r == 0)
                r = selectors_compile(c, d, node, &plane->interfaces[at]);
        plane->interfaces[at].dhcp = d->dhcp == 1;
        plane->interfaces[at].at = outline_place(c->outline, node);
        plane->interface_texts[at] = (struct network_interface_texts){ pool_text(&c->policy->pool, d->name),
                                                                       pool_text(&c->policy->pool, d->driver),
                                                                       pool_text(&c->policy->pool, d->path) };
        for (size_t i = 0; r == 0 && i < at; i++) {
                if (plane->interface_texts[i].name == plane->interface_texts[at].name)
                        return refuse(c, node, "name", "「%s」という名前が、前にもあります",
                                      "one before this is called '%s' already", shown(d->name).text);
                if (is_same_interface(plane, i, at))
                        return refuse(c, node, NULL, "前の行と同じ機器を指しています",
                                      "names the same as one before it");
        }
        return r;
}

static int interfaces_compile(const struct compiler *c, const struct draft_network *d, uint32_t node) {
        uint32_t item = outline_first(c->outline, outline_key(c->outline, node, "interfaces"));
        int r = 0;

        for (unsigned i = 0; r == 0 && i < d->n_interfaces; i++, item = outline_next(c->outline, item)) {
                r = interface_compile(c, &d->interfaces[i], item, i);
                c->policy->network.terms.n_interfaces++;
        }
        return r;
}

static int network_allocate(const struct compiler *c, const struct draft_network *d, uint32_t node) {
        struct network_plane *plane = &c->policy->network;
        size_t addresses = (size_t)d->n_names + d->n_times, ports = 0;

        for (unsigned i = 0; i < d->n_peers; i++) {
                addresses += d->peers[i].n_addresses;
                ports += d->peers[i].n_ports;
        }
        if (addresses > NETWORK_ADDRESSES_MAX)
                return refuse(c, node, "peers", "アドレスが全部で %d 個を超えています。範囲にまとめてください",
                              "more than %d addresses in all: write them as ranges", NETWORK_ADDRESSES_MAX);
        plane->interfaces = calloc(d->n_interfaces + 1, sizeof *plane->interfaces);
        plane->interface_texts = calloc(d->n_interfaces + 1, sizeof *plane->interface_texts);
        plane->peers = calloc(d->n_peers + 1, sizeof *plane->peers);
        plane->peer_texts = calloc(d->n_peers + 1, sizeof *plane->peer_texts);
        plane->addresses = calloc(addresses + 1, sizeof *plane->addresses);
        plane->ports = calloc(ports + 1, sizeof *plane->ports);
        return plane->interfaces && plane->interface_texts && plane->peers && plane->peer_texts && plane->addresses
                               && plane->ports
                       ? 0
                       : refuse_memory(c->err);
}

int network_compile(const struct compiler *c, const struct draft_network *d, uint32_t node) {
        struct network_terms *terms = &c->policy->network.terms;
        int r = network_allocate(c, d, node);

        terms->at = outline_key_place(c->outline, node);
        terms->wireless = d->wireless == 1;
        terms->bluetooth = d->bluetooth == 1;
        if (r == 0)
                r = interfaces_compile(c, d, node);
        if (r == 0)
                r = peers_compile(c, d, node);
        if (r == 0)
                r = addresses_compile(c, outline_key(c->outline, node, "names"), d->names, d->n_names, address_parse);
        if (r == 0)
                r = addresses_compile(c, outline_key(c->outline, node, "time"), d->times, d->n_times, address_parse);
        terms->n_names = d->n_names;
        terms->n_times = d->n_times;
        return r;
}
