/* SPDX-License-Identifier: MIT */
/* network_compare.c — with whom the terminal may talk from now on, and with whom no longer. A peer or an interface is
 * the same one when it has the same name. A policy without `network:` limits nothing. */
#include "base/quote.h"
#include "review/compare.h"
#include "review/network_describe.h"

#include <string.h>

static enum language comparison_language(const struct comparison *c) {
        return c->english ? LANGUAGE_EN : LANGUAGE_JA;
}

static bool range_is_among(const struct address_range *r, const struct network_peer *peer) {
        for (size_t i = 0; i < peer->n_addresses; i++)
                if (address_range_covers(&peer->addresses[i], r))
                        return true;
        return false;
}

static bool addresses_within(const struct network_peer *inner, const struct network_peer *outer) {
        for (size_t i = 0; i < inner->n_addresses; i++)
                if (!range_is_among(&inner->addresses[i], outer))
                        return false;
        return true;
}

static bool port_is_among(const struct port_range *r, const struct network_peer *peer) {
        for (size_t i = 0; i < peer->n_ports; i++)
                if (peer->ports[i].first <= r->first && r->last <= peer->ports[i].last)
                        return true;
        return !peer->n_ports;
}

static bool service_within(const struct network_peer *inner, const struct network_peer *outer) {
        if (inner->protocols & ~outer->protocols || (!inner->n_ports && outer->n_ports))
                return false;
        for (size_t i = 0; i < inner->n_ports; i++)
                if (!port_is_among(&inner->ports[i], outer))
                        return false;
        return true;
}

bool network_peer_within(const struct network_peer *inner, const struct network_peer *outer) {
        return !(inner->direction & ~outer->direction)
               && (outer->interface == NETWORK_INTERFACE_ANY || outer->interface == inner->interface)
               && service_within(inner, outer) && addresses_within(inner, outer);
}

typedef bool within_fn(const struct network_peer *inner, const struct network_peer *outer);

static enum diff_kind network_compare_way(within_fn *within, const struct network_peer *from,
                                          const struct network_peer *to) {
        bool more = within(from, to), less = within(to, from);

        return more == less ? DIFF_OTHER : more ? DIFF_MORE : DIFF_LESS;
}

static enum diff_kind network_compare_direction(enum peer_aspect a, const struct network_peer *from,
                                                const struct network_peer *to) {
        switch (a) {
        case PEER_ADDRESSES:
                return network_compare_way(addresses_within, from, to);
        case PEER_SERVICE:
                return network_compare_way(service_within, from, to);
        case PEER_DIRECTION:
                return !(from->direction & ~to->direction)   ? DIFF_MORE
                       : !(to->direction & ~from->direction) ? DIFF_LESS
                                                             : DIFF_OTHER;
        case PEER_INTERFACE:
                return to->interface == NETWORK_INTERFACE_ANY     ? DIFF_MORE
                       : from->interface == NETWORK_INTERFACE_ANY ? DIFF_LESS
                                                                  : DIFF_OTHER;
        default:
                return DIFF_OTHER;
        }
}

static char *peer_aspect_text(struct comparison *c, const struct network_terms *n, const struct network_peer *peer,
                              enum peer_aspect a) {
        char *text = NULL;
        size_t size;
        FILE *f = open_memstream(&text, &size);

        if (f)
                peer_describe(f, n, peer, a, comparison_language(c));
        if (!f || fclose(f) != 0)
                c->failed = true;
        return text;
}

static void peers_two_sided(struct comparison *c, const struct network_peer *from, const struct network_peer *to) {
        for (enum peer_aspect a = 0; a < PEER_ASPECTS && !c->failed; a++) {
                auto_free char *was = peer_aspect_text(c, policy_network(c->old), from, a),
                               *is = peer_aspect_text(c, policy_network(c->new), to, a);
                char what[QUOTE_MAX + 64];

                if (c->failed)
                        return;
                (void)snprintf(what, sizeof what, "%s %s", comparison_quote(c, to->name).text,
                               peer_aspect_name(a, comparison_language(c)));
                comparison_change(c, network_compare_direction(a, from, to), what, was, is);
        }
}

static void peer_one_sided(struct comparison *c, const struct network_terms *n, const struct network_peer *peer,
                           enum diff_kind kind) {
        FILE *f = line_begin(c);

        if (f) {
                (void)fprintf(f, "%s: %s (",
                              kind == DIFF_LESS ? comparison_word(c, "通信できなくなる相手", "may no longer talk with")
                                                : comparison_word(c, "通信できる相手", "may talk with"),
                              comparison_quote(c, peer->name).text);
                peer_describe_all(f, n, peer, comparison_language(c));
                (void)fputc(')', f);
        }
        line_end(c, f, kind);
}

static const struct network_peer *peer_named(const struct network_terms *n, const char *name) {
        for (size_t i = 0; i < n->n_peers; i++)
                if (strcmp(n->peers[i].name, name) == 0)
                        return &n->peers[i];
        return NULL;
}

static void peers_compare(struct comparison *c, const struct network_terms *old, const struct network_terms *new) {
        for (size_t i = 0; i < old->n_peers; i++)
                if (!peer_named(new, old->peers[i].name))
                        peer_one_sided(c, old, &old->peers[i], DIFF_LESS);
        for (size_t i = 0; i < new->n_peers; i++) {
                const struct network_peer *was = peer_named(old, new->peers[i].name);

                if (was)
                        peers_two_sided(c, was, &new->peers[i]);
                else
                        peer_one_sided(c, new, &new->peers[i], DIFF_MORE);
        }
}

/* The interface of that name in words; "" where there is none. NULL: memory ran out. */
static char *interface_text(struct comparison *c, const struct network_terms *n, const char *name) {
        char *text = NULL;
        size_t size;
        FILE *f = open_memstream(&text, &size);

        for (size_t i = 0; f && i < n->n_interfaces; i++)
                if (strcmp(n->interfaces[i].name, name) == 0)
                        network_interface_describe(f, &n->interfaces[i], comparison_language(c));
        if (!f || fclose(f) != 0)
                c->failed = true;
        return text;
}

static void interface_compare(struct comparison *c, const struct network_terms *old, const struct network_terms *new,
                              const char *name, bool both) {
        auto_free char *was = interface_text(c, old, name), *is = interface_text(c, new, name);
        char what[QUOTE_MAX + 64];

        if (c->failed || (both && !(*was && *is)) || (!both && *was && *is))
                return;
        (void)snprintf(what, sizeof what, "%s %s", comparison_word(c, "ネットワークの口", "interface"),
                       comparison_quote(c, name).text);
        comparison_change(c, both ? DIFF_OTHER : *is ? DIFF_MORE : DIFF_LESS, what, was, is);
}

static void interfaces_compare(struct comparison *c, const struct network_terms *old, const struct network_terms *new) {
        for (size_t i = 0; i < old->n_interfaces; i++) {
                interface_compare(c, old, new, old->interfaces[i].name, false);
                interface_compare(c, old, new, old->interfaces[i].name, true);
        }
        for (size_t i = 0; i < new->n_interfaces; i++)
                interface_compare(c, old, new, new->interfaces[i].name, false);
}

static void servers_compare(struct comparison *c, const char *what, const struct address_range *old, size_t n_old,
                            const struct address_range *new, size_t n_new) {
        char *was = NULL, *is = NULL;
        size_t size;
        FILE *from = open_memstream(&was, &size), *to = open_memstream(&is, &size);

        if (from && to) {
                address_ranges_describe(from, old, n_old);
                address_ranges_describe(to, new, n_new);
        }
        c->failed = c->failed || !from || !to;
        if ((from && fclose(from) != 0) | (to && fclose(to) != 0))
                c->failed = true;
        if (!c->failed)
                comparison_change(c, DIFF_OTHER, what, was, is);
        free(was);
        free(is);
}

static void radio_compare(struct comparison *c, const char *what, bool was, bool is) {
        static const char *const words[] = { "deny", "allow" };

        comparison_change(c, is ? DIFF_MORE : DIFF_LESS, what, words[was], words[is]);
}

void network_compare(struct comparison *c) {
        static const struct network_terms nothing_limited = { .wireless = true, .bluetooth = true };
        const struct network_terms *old = policy_network(c->old), *new = policy_network(c->new);

        if (old && !new)
                comparison_say(c, DIFF_MORE,
                               comparison_word(c, "network がなくなり、通信を制限しなくなります",
                                               "network is removed: nothing limits whom the terminal talks with"));
        if (!new)
                return;
        if (!old)
                comparison_say(
                        c, DIFF_LESS,
                        comparison_word(c, "network が加わり、書かれた相手とだけ通信します",
                                        "network is added: the terminal talks with those named and nobody else"));
        old = old ? old : &nothing_limited;
        interfaces_compare(c, old, new);
        peers_compare(c, old, new);
        servers_compare(c, comparison_word(c, "名前解決のサーバー", "name servers"), old->names, old->n_names,
                        new->names, new->n_names);
        servers_compare(c, comparison_word(c, "時刻のサーバー", "time servers"), old->times, old->n_times, new->times,
                        new->n_times);
        radio_compare(c, comparison_word(c, "無線LAN", "wireless"), old->wireless, new->wireless);
        radio_compare(c, "Bluetooth", old->bluetooth, new->bluetooth);
}
