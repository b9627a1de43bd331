/* SPDX-License-Identifier: MIT */
/* network.c — what is recorded of the network: each, or a count where there are too many (fold.h). */
#include "decision/network.h"
#include "audit/entry.h"
#include "audit/inside.h"
#include "base/ip_protocol.h"
#include "host/clock.h"

#include <arpa/inet.h>
#include <linux/rfkill.h>
#include <stdio.h>
#include <string.h>

#define UID_SUBORDINATE 100000 /* from here on one person may have thousands: subuid(5), containers */

/* Under which name too many of these are counted. */
static void network_place(const struct network_event *e, char to[FOLD_NAME]) {
        static const char *const places[NETWORK_EVENTS] = {
                [NETWORK_EVENT_FORCE] = "tables",       [NETWORK_EVENT_LINK] = "links",
                [NETWORK_EVENT_RESTORED] = "tables",    [NETWORK_EVENT_SYSCTL] = "sysctls",
                [NETWORK_EVENT_RADIO] = "radios",       [NETWORK_EVENT_ROUTE] = "routes",
                [NETWORK_EVENT_REFUSED] = "",           [NETWORK_EVENT_LOST] = "events",
                [NETWORK_EVENT_RESOLVER] = "resolvers",
        };
        const int64_t uid = e->refused.uid;

        if (e->type != NETWORK_EVENT_REFUSED)
                (void)snprintf(to, FOLD_NAME, "%s", places[e->type]);
        else if (uid >= 0 && uid < UID_SUBORDINATE)
                (void)snprintf(to, FOLD_NAME, "%s uid %u", network_way_name(e->refused.way), (unsigned)uid);
        else
                (void)snprintf(to, FOLD_NAME, "%s", network_way_name(e->refused.way));
}

static void set_error(struct record *r, unsigned error) {
        struct err why;

        if (!error)
                return;
        (void)snprintf(why.text, sizeof why.text, "%s", err_reason((int)error, LANGUAGE_EN));
        (void)snprintf(why.ja, sizeof why.ja, "%s", err_reason((int)error, LANGUAGE_JA));
        record_err(r, "why", &why);
}

static void set_address(struct record *r, bool v6, const uint8_t address[16]) {
        char text[INET6_ADDRSTRLEN];

        record_text(r, "address", inet_ntop(v6 ? AF_INET6 : AF_INET, address, text, sizeof text));
}

static void set_force(struct record *r, const struct audit *a, const struct network_event *e) {
        (void)a;
        record_number(r, "serial", e->force.serial);
        record_text(r, "force", network_force_name(e->force.force));
        if (e->force.why[0])
                record_text(r, "why", e->force.why);
}

static void set_link(struct record *r, const struct audit *a, const struct network_event *e) {
        static const char *const deeds[GUARD_DEEDS] = {
                [GUARD_MET] = "met", [GUARD_SET_DOWN] = "set-down", [GUARD_FAILED] = "failed"
        };
        const struct network_link *l = &e->link;
        char mac[24];

        (void)a;
        (void)snprintf(mac, sizeof mac, "%02x:%02x:%02x:%02x:%02x:%02x", l->mac[0], l->mac[1], l->mac[2], l->mac[3],
                       l->mac[4], l->mac[5]);
        record_text(r, "link", l->name);
        record_number(r, "index", l->index);
        record_text(r, "kind", l->kind);
        record_text(r, "driver", l->driver);
        record_text(r, "path", l->path);
        record_text(r, "mac", l->has_mac ? mac : NULL);
        record_text(r, "interface", l->interface);
        record_text(r, "sort", network_link_sort_name(l->sort));
        record_text(r, "done", deeds[l->deed]);
        record_number(r, "times", l->times);
        if (l->observed)
                record_flag(r, "observed", true);
        set_error(r, l->error);
}

static void set_sysctl(struct record *r, const struct audit *a, const struct network_event *e) {
        (void)a;
        record_text(r, "path", e->sysctl.path);
        set_error(r, e->sysctl.error);
}

static void set_radio(struct record *r, const struct audit *a, const struct network_event *e) {
        (void)a;
        record_number(r, "index", e->radio.index);
        record_text(r, "kind",
                    e->radio.type == RFKILL_TYPE_WLAN        ? "wireless"
                    : e->radio.type == RFKILL_TYPE_BLUETOOTH ? "bluetooth"
                                                             : "other");
        set_error(r, e->radio.error);
}

static void set_route(struct record *r, const struct audit *a, const struct network_event *e) {
        (void)a;
        record_text(r, "link", e->route.link);
        record_number(r, "index", e->route.out > 0 ? (uint64_t)e->route.out : 0);
        record_number(r, "prefix", e->route.prefix);
        record_number(r, "table", e->route.table);
        if (e->route.has_gateway)
                set_address(r, e->route.v6, e->route.gateway);
        else
                record_text(r, "address", "");
}

/* The address where there is one: with an error it is not known. */
static void set_resolver(struct record *r, const struct audit *a, const struct network_event *e) {
        (void)a;
        if (e->resolver.error)
                record_text(r, "address", "");
        else
                set_address(r, e->resolver.v6, e->resolver.address);
        record_text(r, "file", e->resolver.file);
        set_error(r, e->resolver.error);
}

/* Another port, protocol or direction than the policy lets that address have; NULL: it does not name it. */
static const struct network_peer *nearest_peer(const struct policy *p, const struct network_refused *f) {
        const struct network_terms *t = policy_network(p);
        struct address_range whom = { .v6 = f->v6 };

        memcpy(whom.first, f->address, sizeof whom.first);
        memcpy(whom.last, f->address, sizeof whom.last);
        return t ? network_peer_at(t, NETWORK_BOTH, &whom) : NULL;
}

static void set_protocol(struct record *r, uint8_t protocol) {
        const char *name = ip_protocol_name(protocol);
        char number[8];

        (void)snprintf(number, sizeof number, "%u", protocol);
        record_text(r, "protocol", name ? name : number);
}

static void set_refused(struct record *r, const struct audit *a, const struct network_event *e) {
        const struct network_refused *f = &e->refused;
        const struct network_peer *peer = nearest_peer(a->policy, f);

        record_text(r, "direction", network_way_name(f->way));
        set_protocol(r, f->protocol);
        set_address(r, f->v6, f->address);
        if (f->port)
                record_number(r, "port", f->port);
        if (f->uid >= 0)
                record_number(r, "uid", (uint64_t)f->uid);
        record_number(r, "packets", f->packets);
        record_number(r, "bytes", f->bytes);
        record_text(r, "rule", peer ? peer->name : "");
        record_text(r, "clause", peer ? peer->clause : "");
        if (f->observed)
                record_flag(r, "observed", true);
}

static enum event event_of_link(const struct network_link *l) {
        return l->deed == GUARD_FAILED        ? EVENT_NETWORK_LINK_STUCK
               : l->sort >= IDENTITY_LOOPBACK ? EVENT_NETWORK_LINK_ALLOWED
                                              : EVENT_NETWORK_LINK_REFUSED;
}

static enum event event_of(const struct network_event *e) {
        static const enum event events[NETWORK_EVENTS] = {
                [NETWORK_EVENT_RESTORED] = EVENT_NETWORK_RESTORED, [NETWORK_EVENT_SYSCTL] = EVENT_NETWORK_SYSCTL,
                [NETWORK_EVENT_RADIO] = EVENT_NETWORK_RADIO,       [NETWORK_EVENT_ROUTE] = EVENT_NETWORK_ROUTE,
                [NETWORK_EVENT_REFUSED] = EVENT_NETWORK_REFUSED,   [NETWORK_EVENT_RESOLVER] = EVENT_NETWORK_RESOLVER,
        };

        if (e->type == NETWORK_EVENT_FORCE)
                return e->force.force == NETWORK_FORCE_NOT ? EVENT_NETWORK_NOT_IN_FORCE : EVENT_NETWORK_IN_FORCE;
        return e->type == NETWORK_EVENT_LINK ? event_of_link(&e->link) : events[e->type];
}

static int network_write(struct audit *a, const struct network_event *e) {
        static void (*const setters[NETWORK_EVENTS])(struct record *, const struct audit *,
                                                     const struct network_event *) = {
                [NETWORK_EVENT_FORCE] = set_force,       [NETWORK_EVENT_LINK] = set_link,
                [NETWORK_EVENT_SYSCTL] = set_sysctl,     [NETWORK_EVENT_RADIO] = set_radio,
                [NETWORK_EVENT_ROUTE] = set_route,       [NETWORK_EVENT_REFUSED] = set_refused,
                [NETWORK_EVENT_RESOLVER] = set_resolver,
        };
        struct record r;
        int result = entry_begin(a, event_of(e), &r);

        if (result < 0)
                return result;
        if (setters[e->type])
                setters[e->type](&r, a, e);
        return entry_commit(a, &r);
}

/* What cannot be written now is counted, so that the log says that something is missing once it can be. */
int audit_network(struct audit *a, const struct network_event *e) {
        char place[FOLD_NAME];
        int r;

        network_place(e, place);
        fold_count(&a->network, place, e->untold, clock_ms());
        if (e->type == NETWORK_EVENT_LOST || !fold_admits(&a->network, place, clock_ms()))
                return 0;
        r = network_write(a, e);
        if (r < 0)
                fold_count(&a->network, place, 1, clock_ms());
        return r;
}

int audit_network_silent(struct audit *a) {
        struct record r;
        int result = 0;

        if (!fold_admits(&a->network, "tables", clock_ms()))
                return 0;
        result = entry_begin(a, EVENT_NETWORK_SILENT, &r);
        return result < 0 ? result : entry_commit(a, &r);
}
