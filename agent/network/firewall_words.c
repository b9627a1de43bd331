/* SPDX-License-Identifier: MIT */
/* firewall_words.c — see firewall_words.h. */
#include "network/firewall_words.h"

#include "base/quote.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include <systemd/sd-daemon.h>

#define NAME "sekimori-firewall: "

/* Where nothing is to be limited nothing is against a policy. */
static void firewall_tell_event(void *ctx, struct network_event e, unsigned long untold) {
        const struct firewall *f = ctx;

        e.untold = untold;
        if (firewall_limits(f))
                teller_tell(f->teller, &e);
}

static uint32_t error_of(int negative) {
        return negative < 0 ? (uint32_t)-negative : 0;
}

static void firewall_tell_link(void *ctx, const struct guard_event *e) {
        const struct firewall *f = ctx;
        const struct network_terms *terms = firewall_terms(f);
        const struct link_facts *l = e->link;
        const uint8_t *mac = l->has_permanent_mac ? l->permanent_mac : l->mac;
        struct network_event to = { .type = NETWORK_EVENT_LINK,
                                    .link = { .sort = e->identity.sort,
                                              .deed = e->deed,
                                              .error = error_of(e->error),
                                              .index = (uint32_t)l->index,
                                              .times = e->times,
                                              .observed = f->stage == NETWORK_OBSERVE,
                                              .has_mac = l->has_mac || l->has_permanent_mac } };

        memcpy(to.link.mac, mac, sizeof to.link.mac);
        memcpy(to.link.name, l->name, sizeof to.link.name);
        memcpy(to.link.kind, l->kind, sizeof to.link.kind);
        if (e->hardware) {
                memcpy(to.link.driver, e->hardware->driver, sizeof to.link.driver);
                memcpy(to.link.path, e->hardware->path, sizeof to.link.path);
        }
        if (terms && e->identity.sort == IDENTITY_NAMED)
                (void)snprintf(to.link.interface, sizeof to.link.interface, "%s",
                               terms->interfaces[e->identity.interface].name);
        firewall_tell_event(ctx, to, e->untold);
}

static void say_link(void *ctx, const struct guard_event *e) {
        static const char *const sorts[] = { [IDENTITY_UNNAMED] = "the policy does not name it",
                                             [IDENTITY_ENSLAVED] = "it is a part of another link",
                                             [IDENTITY_RADIO] = "it is a radio",
                                             [IDENTITY_UNREADABLE] = "what it is cannot be read",
                                             [IDENTITY_SECOND] = "another link has its address",
                                             [IDENTITY_LOOPBACK] = "loopback",
                                             [IDENTITY_NAMED] = "the policy names it" };
        static const char *const deeds[] = { [GUARD_MET] = "is there",
                                             [GUARD_SET_DOWN] = "was up, and is set down",
                                             [GUARD_FAILED] = "is up, and cannot be set down" };

        firewall_tell_link(ctx, e);
        (void)fprintf(stderr, NAME "link %d %s %s: %s%s%s\n", e->link->index, quote(e->link->name).text, deeds[e->deed],
                      sorts[e->identity.sort], e->error ? ": " : "", e->error ? strerrordesc_np(-e->error) : "");
        if (e->untold)
                (void)fprintf(stderr, NAME "%lu more of these were not said\n", e->untold);
}

static void say_sysctl(void *ctx, const char *path, long found, int error, unsigned long untold) {
        struct network_event e = { .type = NETWORK_EVENT_SYSCTL, .sysctl = { "", found, error_of(error) } };

        (void)snprintf(e.sysctl.path, sizeof e.sysctl.path, "%s", path);
        firewall_tell_event(ctx, e, untold);
        (void)fprintf(stderr, NAME "%s was %ld, and is %s (%lu more were not said)\n", path, found,
                      error ? "not put right" : "put right", untold);
}

static void say_radio(void *ctx, const struct radio *r, int error, unsigned long untold) {
        firewall_tell_event(
                ctx,
                (struct network_event){ .type = NETWORK_EVENT_RADIO, .radio = { r->index, r->type, error_of(error) } },
                untold);
        (void)fprintf(stderr, NAME "radio %u was on, and is %s (%lu more were not said)\n", r->index,
                      error ? "not off" : "off", untold);
}

static void say_route(void *ctx, const struct route_facts *r, unsigned long untold) {
        char gateway[INET6_ADDRSTRLEN] = "no gateway";

        if (!firewall_limits(ctx))
                return;
        firewall_tell_event(ctx, (struct network_event){ .type = NETWORK_EVENT_ROUTE, .route = *r }, untold);
        if (r->has_gateway)
                (void)inet_ntop(r->v6 ? AF_INET6 : AF_INET, r->gateway, gateway, sizeof gateway);
        (void)fprintf(stderr,
                      NAME
                      "a route of /%u through link %d by %s, which the policy does not name (%lu more were not said)\n",
                      r->prefix, r->out, gateway, untold);
}

static void say_resolver(void *ctx, const struct resolver_facts *r, unsigned long untold) {
        char address[INET6_ADDRSTRLEN] = "";

        if (!firewall_limits(ctx))
                return;
        firewall_tell_event(ctx, (struct network_event){ .type = NETWORK_EVENT_RESOLVER, .resolver = *r }, untold);
        (void)inet_ntop(r->v6 ? AF_INET6 : AF_INET, r->address, address, sizeof address);
        if (r->error)
                (void)fprintf(stderr, NAME "%s cannot be read in full: %s (%lu more were not said)\n", r->file,
                              err_reason((int)r->error, LANGUAGE_EN), untold);
        else
                (void)fprintf(stderr,
                              NAME
                              "%s has %s asked for names, which the policy does not name (%lu more were not said)\n",
                              r->file, address, untold);
}

static void say_failed(void *ctx, const char *what, int error) {
        (void)ctx;
        firewall_say_errno(what, error);
}

const struct exits_listener *firewall_listener(void (*granted)(void *ctx)) {
        static struct exits_listener listener = { NULL,      say_link,     say_sysctl, say_radio,
                                                  say_route, say_resolver, say_failed };

        listener.granted = granted;
        return &listener;
}

void firewall_say_failure(const char *what, const struct err *err) {
        (void)fprintf(stderr, NAME "%s: %s\n", what, err->text);
}

void firewall_say_errno(const char *what, int error) {
        (void)fprintf(stderr, NAME "%s: %s\n", what, err_reason(error, LANGUAGE_EN));
}

void firewall_say_name(int link) {
        (void)fprintf(stderr, NAME "link %d has a name that cannot be used: nothing passes through it\n", link);
}

void firewall_say_restored(struct firewall *f) {
        firewall_tell_event(f, (struct network_event){ .type = NETWORK_EVENT_RESTORED }, 0);
        (void)fputs(NAME "somebody changed the tables: they are in force again\n", stderr);
}

/* Also what is only read when the tables have gone. */
void firewall_tell_refused(void *ctx, const struct network_refused *r) {
        teller_tell(((const struct firewall *)ctx)->teller,
                    &(struct network_event){ .type = NETWORK_EVENT_REFUSED, .refused = *r });
}

void firewall_tell_force(struct firewall *f, const struct err *err) {
        struct network_in_force now = { .force = !f->applied                   ? NETWORK_FORCE_NOT
                                                 : !firewall_limits(f)         ? NETWORK_FORCE_OPEN
                                                 : f->stage == NETWORK_OBSERVE ? NETWORK_FORCE_OBSERVES
                                                                               : NETWORK_FORCE_REFUSES,
                                        .serial = f->plan.serial };

        if (!f->applied)
                (void)snprintf(now.why, sizeof now.why, "%.*s", NETWORK_TEXT - 1, err->text);
        teller_force(f->teller, &now);
}

void firewall_say_state(const struct firewall *f) {
        static const char *const words[] = { [NETWORK_OFF] = "off",
                                             [NETWORK_OBSERVE] = "observed",
                                             [NETWORK_TRIAL] = "in force, on trial",
                                             [NETWORK_ENFORCE] = "in force" };

        const char *word = f->applied ? words[f->stage] : "NOT in force, tried again";

        (void)fprintf(stderr, NAME "policy %llu: %s\n", (unsigned long long)f->plan.serial, word);
        (void)sd_notifyf(0, "STATUS=policy %llu: %s", (unsigned long long)f->plan.serial, word);
}

void firewall_idle(void *ctx) {
        (void)ctx;
        (void)fflush(stderr);
}
