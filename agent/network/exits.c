/* SPDX-License-Identifier: MIT */
/* exits.c — one rtnetlink socket hears of links, forwarding and routes; inotify of the rest of /proc/sys/net, and
 * a look each minute where neither tells; resolvers.c hears for itself. See exits.h. */
#include "network/exits.h"

#include <errno.h>
#include <linux/netconf.h>
#include <string.h>
#include <sys/epoll.h>

#define DATAGRAMS 256 /* in one round: others of the loop have their turn */
#define LOOK_MS 60000 /* what was written through another instance of procfs is found by then */
#define AGAIN_MS 100  /* after a listing that failed */

struct exits {
        struct loop *loop;
        struct guard guard;
        struct sysctls sysctls;
        struct radios radios;
        struct resolvers *resolvers;
        struct source messages, writes, switches;
        struct timer look, again;
        bool enforces, must_check;
        const struct exits_listener *listener;
        void *ctx;
        struct limit routes;
};

static void exits_failed(struct exits *x, const char *what, int r) {
        if (r < 0)
                x->listener->failed(x->ctx, what, r);
}

static void exits_check(struct exits *x) {
        x->must_check = false;
        if (x->enforces)
                exits_failed(x, "sysctls", sysctls_check(&x->sysctls));
}

static const struct guard_link *exits_link(const struct exits *x, int index) {
        for (size_t k = 0; k < x->guard.n_links; k++)
                if (x->guard.links[k].index == index)
                        return &x->guard.links[k];
        return NULL;
}

static bool is_granted(const struct exits *x, int index) {
        const struct guard_link *l = exits_link(x, index);

        return l && l->identity.sort >= IDENTITY_LOOPBACK;
}

static bool is_way_out(const struct exits *x, const struct route_facts *r) {
        return route_is_wide(r) && !is_granted(x, r->out);
}

static void route_heard(void *ctx, const struct route_facts *r) {
        struct exits *x = ctx;
        const struct guard_link *through = exits_link(x, r->out);
        struct route_facts named = *r;
        unsigned long untold;

        if (!is_way_out(x, r) || !limit_allows(&x->routes, &untold))
                return;
        if (through)
                memcpy(named.link, through->name, sizeof named.link);
        x->listener->route(x->ctx, &named, untold);
}

static int link_heard(struct exits *x, const struct nlmsghdr *h) {
        struct link_facts l;
        int r = link_decode(h, &l);

        if (r == 1 && h->nlmsg_type == RTM_DELLINK)
                guard_gone(&x->guard, l.index);
        else if (r == 1)
                guard_seen(&x->guard, &l);
        if (r == 1 && h->nlmsg_type == RTM_NEWLINK && x->enforces)
                exits_failed(x, l.name, sysctls_watch(&x->sysctls, l.name));
        return r < 0 ? r : 0;
}

static int message_heard(void *ctx, const struct nlmsghdr *h) {
        struct exits *x = ctx;

        switch (h->nlmsg_type) {
        case RTM_NEWLINK:
        case RTM_DELLINK:
                return link_heard(x, h);
        case RTM_NEWNETCONF:
                x->must_check = x->must_check || netconf_is_on(h);
                return 0;
        case RTM_NEWROUTE:
                return route_decode(h, route_heard, x);
        default:
                return 0;
        }
}

static void exits_settle(struct exits *x) {
        exits_failed(x, "links", guard_settle(&x->guard));
        if (x->guard.must_list)
                (void)timer_in_ms(&x->again, AGAIN_MS);
        if (x->must_check)
                exits_check(x);
        if (x->guard.granted_changed) {
                x->guard.granted_changed = false;
                x->listener->granted(x->ctx);
        }
}

void exits_look(struct exits *x) {
        x->guard.must_list = true;
        exits_settle(x);
}

/* What was lost or malformed may have been anything. */
static void messages_ready(struct source *s, uint32_t events) {
        struct exits *x = container_of(s, struct exits, messages);
        int r = 1;

        (void)events;
        for (unsigned n = 0; r != 0 && n < DATAGRAMS; n++) {
                r = rtnl_receive(s->fd, message_heard, x);
                if (r < 0)
                        x->guard.must_list = x->must_check = true;
        }
        exits_settle(x);
}

static void again_fired(struct timer *t, bool clock_was_set) {
        (void)clock_was_set;
        exits_settle(container_of(t, struct exits, again));
}

static void writes_ready(struct source *s, uint32_t events) {
        struct exits *x = container_of(s, struct exits, writes);

        (void)events;
        sysctls_drain(&x->sysctls);
        exits_check(x);
}

static void look_fired(struct timer *t, bool clock_was_set) {
        struct exits *x = container_of(t, struct exits, look);

        (void)clock_was_set;
        exits_check(x);
        (void)timer_in_ms(t, x->enforces ? LOOK_MS : -1);
}

static void switches_ready(struct source *s, uint32_t events) {
        struct exits *x = container_of(s, struct exits, switches);
        int r = radios_heard(&x->radios);

        (void)events;
        exits_failed(x, "rfkill", r);
        if (r < 0)
                loop_remove(x->loop, s);
}

static int sources_add(struct exits *x) {
        static const unsigned groups[] = { RTNLGRP_LINK,       RTNLGRP_IPV4_NETCONF, RTNLGRP_IPV6_NETCONF,
                                           RTNLGRP_IPV4_ROUTE, RTNLGRP_IPV6_ROUTE,   0 };
        int r;

        x->messages = (struct source){ .fd = rtnl_open(groups), .ready = messages_ready };
        x->guard.requests = rtnl_open(NULL);
        x->guard.lists = rtnl_open(NULL);
        x->sysctls.told = x->writes.fd = sysctls_told();
        x->writes.ready = writes_ready;
        if (x->messages.fd < 0 || x->guard.requests < 0 || x->guard.lists < 0 || x->writes.fd < 0)
                return -EIO;
        r = loop_add(x->loop, &x->messages, EPOLLIN);
        if (r == 0)
                r = loop_add(x->loop, &x->writes, EPOLLIN);
        if (r == 0 && x->switches.fd >= 0)
                r = loop_add(x->loop, &x->switches, EPOLLIN);
        if (r == 0)
                r = timer_init(&x->again, x->loop, CLOCK_MONOTONIC, again_fired);
        return r == 0 ? timer_init(&x->look, x->loop, CLOCK_MONOTONIC, look_fired) : r;
}

int exits_new(struct loop *l, const struct exits_dirs *dirs, const struct exits_listener *listener, void *ctx,
              struct exits **ret, struct err *err) {
        auto_exits x = calloc(1, sizeof *x);
        int r;

        if (!x)
                return err_errno(err, -ENOMEM, "exits");
        *x = (struct exits){
                .loop = l,
                .guard = { .sys = dirs->sys, .kept = dirs->until_stop, .tell = listener->link, .ctx = ctx },
                .sysctls = { .net = dirs->net, .kept = dirs->until_stop, .tell = listener->sysctl, .ctx = ctx },
                .radios = { .fd = dirs->rfkill,
                            .sys = dirs->sys,
                            .state = dirs->state,
                            .tell = listener->radio,
                            .ctx = ctx },
                .switches = { .fd = dirs->rfkill, .ready = switches_ready },
                .look.source.fd = -1,
                .again.source.fd = -1,
                .listener = listener,
                .ctx = ctx,
        };
        r = sources_add(x);
        if (r == 0)
                r = resolvers_new(l, dirs->root, listener->resolver, ctx, &x->resolvers);
        if (r < 0)
                return err_say_errno(err, r, "ネットワークの変化を受け取れません", "hear of the network's changes");
        exits_failed(x, "links that were up", guard_begin(&x->guard));
        *ret = TAKE(x);
        return 0;
}

static void source_end(struct exits *x, struct source *s) {
        loop_remove(x->loop, s);
        cleanup_close(&s->fd);
}

void exits_free(struct exits *x) {
        if (!x)
                return;
        source_end(x, &x->messages);
        source_end(x, &x->writes);
        loop_remove(x->loop, &x->switches);
        timer_deinit(&x->look);
        timer_deinit(&x->again);
        resolvers_free(x->resolvers);
        cleanup_close(&x->guard.requests);
        cleanup_close(&x->guard.lists);
        free(x);
}

static int radios_fit(struct exits *x, const struct network_terms *t, struct err *err) {
        const bool off[RADIO_SORTS] = { [RADIO_SORT_WIRELESS] = x->enforces && !(t && t->wireless),
                                        [RADIO_SORT_BLUETOOTH] = x->enforces && !(t && t->bluetooth) };

        return x->switches.fd < 0 ? 0 : radios_follow(&x->radios, off, err);
}

static int sysctls_fit(struct exits *x, struct err *err) {
        (void)timer_in_ms(&x->look, x->enforces ? LOOK_MS : -1);
        if (!x->enforces)
                return sysctls_undo(&x->sysctls, err);
        exits_failed(x, "inotify", sysctls_watch(&x->sysctls, NULL)); /* the look each minute goes on */
        return sysctls_hold(&x->sysctls, err);
}

/* Links first: they are what packets leave through. What fails does not keep the rest from being held. */
static int exits_hold(struct exits *x, const struct network_terms *terms, enum guard_hold hold, struct err *err) {
        int radios, sysctls;

        x->enforces = hold != GUARD_LOOKS;
        guard_follow(&x->guard, terms, hold);
        exits_settle(x);
        sysctls = sysctls_fit(x, err);
        radios = radios_fit(x, terms, err);
        return sysctls < 0 ? sysctls : radios;
}

int exits_follow(struct exits *x, const struct network_terms *terms, enum guard_hold hold, struct err *err) {
        int r = exits_hold(x, terms, hold, err);

        exits_failed(x, "routes", routes_list(x->guard.lists, route_heard, x));
        resolvers_follow(x->resolvers, terms);
        return r;
}

int exits_undo(struct exits *x, struct err *err) {
        return exits_hold(x, x->guard.terms, GUARD_LOOKS, err);
}

size_t exits_grants(const struct exits *x, struct link_grant ret[GUARD_LINKS]) {
        return guard_grants(&x->guard, ret);
}

size_t exits_strangers(const struct exits *x, struct link_grant ret[GUARD_LINKS]) {
        return guard_strangers(&x->guard, ret);
}

struct routes_asked {
        struct exits *exits;
        routes_take *take;
        void *ctx;
};

static void route_asked(void *ctx, const struct route_facts *r) {
        const struct routes_asked *a = ctx;

        if (is_way_out(a->exits, r))
                a->take(a->ctx, r);
}

int exits_routes(struct exits *x, routes_take *take, void *ctx) {
        return routes_list(x->guard.lists, route_asked, &(struct routes_asked){ x, take, ctx });
}

void exits_resolvers(const struct exits *x, resolvers_take *take, void *ctx) {
        resolvers_list(x->resolvers, take, ctx);
}

const struct guard *exits_guard(const struct exits *x) {
        return &x->guard;
}

const struct radios *exits_radios(const struct exits *x) {
        return &x->radios;
}
