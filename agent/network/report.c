/* SPDX-License-Identifier: MIT */
/* report.c — see report.h. */
#include "network/report.h"

#include "base/quote.h"
#include "network/identity.h"
#include "network/netlink/others.h"
#include "wire/control.h"
#include "wire/socket.h"

#include <arpa/inet.h>
#include <errno.h>
#include <jansson.h>
#include <linux/netfilter.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#define VERSION 1
#define ASKED_AT_ONCE 16

CLEANUP(json, json_t *, json_decref)
#define auto_json AUTO(json)

static const char *address_of(bool v6, const uint8_t *address, char ret[INET6_ADDRSTRLEN]) {
        return inet_ntop(v6 ? AF_INET6 : AF_INET, address, ret, INET6_ADDRSTRLEN) ? ret : "";
}

/* JSON takes UTF-8 only, and a name that somebody gave is whatever bytes they chose: escaped, it does not go missing.
 */
static json_t *name_of(const char *s) {
        json_t *as_it_is = json_string(s);

        return as_it_is ? as_it_is : json_string(shown(s).text);
}

static json_t *seconds_of(int64_t unix_s) {
        return unix_s ? json_integer(unix_s) : json_null();
}

static json_t *report_links(const struct firewall *f) {
        const struct guard *g = exits_guard(f->exits);
        json_t *list = json_array();

        for (size_t i = 0; i < g->n_links; i++) {
                const struct guard_link *l = &g->links[i];

                (void)json_array_append_new(
                        list, json_pack("{s:o, s:i, s:s, s:o, s:I}", "name", name_of(l->name), "index", l->index, "why",
                                        network_link_sort_name(l->identity.sort), "interface",
                                        l->identity.sort == IDENTITY_NAMED ? json_integer(l->identity.interface)
                                                                           : json_null(),
                                        "set_down", (json_int_t)l->times));
        }
        return list;
}

static json_t *report_side(const struct flow_side *s) {
        return json_pack("{s:I, s:I}", "packets", (json_int_t)s->packets, "bytes", (json_int_t)s->bytes);
}

static json_t *report_use(const char *name, const struct peer_use *u) {
        return json_pack("{s:s*, s:I, s:o, s:I, s:o, s:o}", "name", name, "connections", (json_int_t)u->connections,
                         "last_s", seconds_of(u->last_s), "open", (json_int_t)u->open, "sent", report_side(&u->sent),
                         "received", report_side(&u->received));
}

/* None where they could not be counted. */
static json_t *report_peers(const struct firewall *f) {
        const struct network_terms *t = &f->plan.terms;
        const struct peer_uses *u = &f->evidence.uses;
        json_t *list = json_array();

        for (size_t i = 0; f->plan.has_terms && u->n == t->n_peers + 2 && i < t->n_peers; i++)
                (void)json_array_append_new(list, report_use(t->peers[i].name, &u->all[i]));
        return list;
}

static json_t *report_server(const struct firewall *f, size_t which) {
        const struct peer_uses *u = &f->evidence.uses;

        return u->n ? report_use(NULL, &u->all[u->n - 2 + which]) : json_null();
}

static json_t *report_refusal(const struct refusal *r) {
        char address[INET6_ADDRSTRLEN];

        return json_pack("{s:s, s:i, s:s, s:i, s:o, s:I, s:I, s:I, s:b}", "direction", network_way_name(r->what.way),
                         "protocol", r->what.protocol, "address", address_of(r->what.v6, r->what.address, address),
                         "port", r->what.port, "uid", r->what.uid < 0 ? json_null() : json_integer(r->what.uid),
                         "packets", (json_int_t)r->what.packets, "bytes", (json_int_t)r->what.bytes, "last_s",
                         (json_int_t)r->last_s, "observed", r->what.observed);
}

static json_t *report_refused(const struct evidence *e) {
        json_t *list = json_array();

        for (size_t i = 0; i < e->n_refusals; i++)
                (void)json_array_append_new(list, report_refusal(&e->refusals[i]));
        return list;
}

static void route_take(void *ctx, const struct route_facts *r) {
        char gateway[INET6_ADDRSTRLEN];

        (void)json_array_append_new(ctx, json_pack("{s:i, s:i, s:i, s:s*}", "family", r->v6 ? 6 : 4, "prefix",
                                                   r->prefix, "link", r->out, "gateway",
                                                   r->has_gateway ? address_of(r->v6, r->gateway, gateway) : NULL));
}

static json_t *report_routes(const struct firewall *f) {
        json_t *list = json_array();

        if (exits_routes(f->exits, route_take, list) >= 0)
                return list;
        json_decref(list);
        return json_null();
}

static void resolver_take(void *ctx, const struct resolver_facts *r) {
        char text[INET6_ADDRSTRLEN];
        const char *address = r->error ? NULL : address_of(r->v6, r->address, text);

        (void)json_array_append_new(ctx, json_pack("{s:s, s:s*, s:s*, s:s*}", "file", r->file, "address", address,
                                                   "why", r->error ? err_reason((int)r->error, LANGUAGE_EN) : NULL,
                                                   "why_ja", r->error ? err_reason((int)r->error, LANGUAGE_JA) : NULL));
}

static json_t *report_resolvers(const struct firewall *f) {
        json_t *list = json_array();

        exits_resolvers(f->exits, resolver_take, list);
        return list;
}

static const char *family_name(uint8_t family) {
        switch (family) {
        case NFPROTO_IPV4:
                return "ip";
        case NFPROTO_IPV6:
                return "ip6";
        case NFPROTO_ARP:
                return "arp";
        case NFPROTO_NETDEV:
                return "netdev";
        default:
                return "inet";
        }
}

static void other_add(void *ctx, const struct other_chain *c) {
        (void)json_array_append_new(ctx, json_pack("{s:s, s:o, s:o, s:s}", "family", family_name(c->family), "table",
                                                   name_of(c->table), "chain", name_of(c->chain), "direction",
                                                   c->out ? "out" : "in"));
}

/* None where they cannot be listed. */
static json_t *report_others(const struct firewall *f) {
        json_t *list = json_array();

        if (others_list(f->evidence.requests, other_add, list) == 0)
                return list;
        json_decref(list);
        return json_null();
}

static json_t *report_radios(const struct firewall *f) {
        const struct radios *r = exits_radios(f->exits);
        json_t *list = json_array();

        for (size_t i = 0; i < r->n_known; i++)
                (void)json_array_append_new(list, json_pack("{s:i, s:i, s:b}", "index", (int)r->known[i].index, "type",
                                                            r->known[i].type, "off", r->known[i].is_off));
        return list;
}

/* NULL: no memory. */
static json_t *report_of(struct firewall *f) {
        const bool counted = evidence_read(&f->evidence) == 0;

        return json_pack(
                "{s:i, s:s, s:I, s:b, s:b, s:b, s:b, s:I, s:o, s:o, s:o, s:o, s:o, s:I, s:I, s:I, s:o, s:o, s:o, s:o}",
                "version", VERSION, "stage", network_stage_name(f->stage), "serial", (json_int_t)f->plan.serial,
                "terms", f->plan.has_terms, "applied", f->applied, "counted", counted, "carried",
                f->evidence.uses.carried, "since", (json_int_t)f->evidence.since_s, "links", report_links(f), "peers",
                report_peers(f), "names", report_server(f, 0), "time", report_server(f, 1), "refused",
                report_refused(&f->evidence), "refused_more", (json_int_t)evidence_more(&f->evidence), "refused_raw",
                (json_int_t)f->evidence.others[OTHER_RAW], "refused_arp", (json_int_t)f->evidence.others[OTHER_ARP],
                "routes", report_routes(f), "radios", report_radios(f), "others", report_others(f), "resolvers",
                report_resolvers(f));
}

static void report_send(struct firewall *f, int to) {
        auto_json o = report_of(f);
        auto_free char *text = o ? json_dumps(o, JSON_COMPACT) : NULL;
        auto_fd fd = text ? memfd_sealed("report", bytes_text(text)) : -1;

        if (fd >= 0)
                (void)socket_send(to, "1", 1, fd);
}

/* Whoever does not take it has it closed: there is nothing to wait for. */
static void asked_ready(struct source *s, uint32_t events) {
        struct firewall *f = container_of(s, struct firewall, asked);

        (void)events;
        for (unsigned n = 0; n < ASKED_AT_ONCE; n++) {
                auto_fd fd = accept4(s->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
                uid_t uid;
                gid_t gid;
                pid_t pid;

                if (fd < 0)
                        return;
                if (socket_peer(fd, &uid, &gid, &pid) == 0 && uid == 0)
                        report_send(f, fd);
        }
}

int report_listen(struct firewall *f, struct err *err) {
        int r = socket_listen(f->runtime_dir, FIREWALL_SOCKET, 0600, &f->asked.fd);

        f->asked.ready = asked_ready;
        if (r == 0)
                r = loop_add(f->loop, &f->asked, EPOLLIN);
        return r < 0 ? err_errno(err, r, "%s/%s", f->runtime_dir, FIREWALL_SOCKET) : 0;
}
