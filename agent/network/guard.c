/* SPDX-License-Identifier: MIT */
/* guard.c — a link that is up and not named is set down before anything else is done about it, each time, however often
 * somebody sets it up: only what is told is limited. See guard.h. */
#include "network/guard.h"

#include "network/links_kept.h"

#include <errno.h>
#include <string.h>

#define LOOKS 3   /* at a link that is renamed meanwhile */
#define SETTLES 8 /* listings in a row */

static struct guard_link *guard_find(struct guard *g, int index) {
        for (size_t i = 0; i < g->n_links; i++)
                if (g->links[i].index == index)
                        return &g->links[i];
        return NULL;
}

static void guard_tell(struct guard *g, const struct link_facts *l, const struct guard_link *known,
                       enum guard_deed deed, int error) {
        struct guard_event e = {
                l, known->has_hardware ? &known->hardware : NULL, known->identity, deed, error, known->times, 0
        };

        if (limit_allows(&g->told, &e.untold))
                g->tell(g->ctx, &e);
}

/* An address is one card's. That a second one claims it (a USB adapter can) opens nothing for it: the one that came
 * first, by its index, has it. */
static bool is_second(const struct guard *g, const struct guard_link *mine) {
        if (!g->terms->interfaces[mine->identity.interface].has_mac)
                return false;
        for (size_t i = 0; i < g->n_links; i++)
                if (g->links[i].identity.sort == IDENTITY_NAMED && g->links[i].index < mine->index
                    && g->links[i].identity.interface == mine->identity.interface)
                        return true;
        return false;
}

/* The one that came second may have been seen first: messages and lists come in any order. */
static bool has_second(const struct guard *g, const struct guard_link *mine) {
        for (size_t i = 0; i < g->n_links; i++)
                if (g->links[i].identity.sort == IDENTITY_NAMED && g->links[i].index > mine->index
                    && g->links[i].identity.interface == mine->identity.interface)
                        return g->terms->interfaces[mine->identity.interface].has_mac;
        return false;
}

/* A link may be renamed, and messages of before be read after that: then it is asked for anew. -ENODEV: it has gone. */
static int guard_look(struct guard *g, struct link_facts *l, struct link_hardware *h) {
        int r = hardware_read(g->sys, l, h);

        for (unsigned i = 0; r < 0 && i < LOOKS; i++) {
                r = link_look(g->requests, l->index, l);
                if (r == -ENODEV)
                        return r;
                if (r == 0)
                        r = hardware_read(g->sys, l, h);
        }
        return r;
}

static struct identity guard_identify(const struct guard *g, const struct link_facts *l, const struct link_hardware *h,
                                      bool is_remembered) {
        struct guard_link mine = { .index = l->index, .identity = identity_of(g->terms, l, h) };

        if (mine.identity.sort != IDENTITY_NAMED)
                return mine.identity;
        if (!is_remembered)
                return (struct identity){ IDENTITY_UNREADABLE, NETWORK_INTERFACE_ANY };
        return is_second(g, &mine) ? (struct identity){ IDENTITY_SECOND, NETWORK_INTERFACE_ANY } : mine.identity;
}

static void guard_keep_down(struct guard *g, const struct link_facts *l, struct guard_link *known) {
        int r = link_set(g->requests, l->index, false);

        if (r == -ENODEV)
                return;
        known->times++;
        g->set_down++;
        guard_tell(g, l, known, r < 0 ? GUARD_FAILED : GUARD_SET_DOWN, r);
}

static bool is_same_identity(struct identity a, struct identity b) {
        return a.sort == b.sort && a.interface == b.interface;
}

/* What was set down before we began and is not met yet is not forgotten. */
static int guard_keep(struct guard *g) {
        static int up[GUARD_LINKS];
        struct err err = { "" };
        size_t n = 0;

        for (size_t i = 0; i < g->n_links; i++)
                if (g->links[i].was_up)
                        up[n++] = g->links[i].index;
        for (size_t i = 0; i < g->n_down && n < GUARD_LINKS; i++)
                up[n++] = g->down[i];
        return links_kept_write(g->kept, up, n, &err);
}

/* One that the policy names now, or that nobody holds down any more. */
static void guard_let_up(struct guard *g, struct guard_link *known) {
        if (known->was_up && link_set(g->requests, known->index, true) == 0) {
                known->was_up = false;
                g->must_keep = true;
        }
}

static void guard_fit(struct guard *g, const struct link_facts *l, struct guard_link *known) {
        const bool is_stranger = known->identity.sort < IDENTITY_LOOPBACK;

        if (g->hold == GUARD_LOOKS || !is_stranger) {
                guard_let_up(g, known);
        } else if (l->up && g->hold == GUARD_HOLDS) {
                if (!known->was_up) { /* written before: whoever is killed now leaves nothing down for good */
                        known->was_up = true;
                        g->must_keep = guard_keep(g) < 0;
                }
                guard_keep_down(g, l, known);
        }
}

static void guard_judge(struct guard *g, const struct link_facts *l, struct guard_link *known, struct identity now) {
        const struct identity before = known->identity;
        const bool is_new = !known->is_met, is_renamed = strcmp(known->name, l->name) != 0;
        const bool is_granted = now.sort == IDENTITY_NAMED, was_granted = before.sort == IDENTITY_NAMED;

        known->identity = now;
        known->is_met = known->is_listed = true;
        memcpy(known->name, l->name, sizeof known->name);
        guard_fit(g, l, known);
        g->granted_changed = g->granted_changed || (is_renamed && !l->is_loopback);
        if (!is_new && is_same_identity(before, now))
                return;
        g->granted_changed = g->granted_changed || !l->is_loopback;
        g->must_list = g->must_list || was_granted || (is_granted && has_second(g, known));
        if (!l->is_loopback)
                guard_tell(g, l, known, GUARD_MET, 0);
}

/* One that is renamed faster than we look is the same hardware still; it is looked at again. */
static int guard_hardware(struct guard *g, struct link_facts *l, struct guard_link *known) {
        struct link_hardware h;
        int r = l->is_loopback ? 0 : guard_look(g, l, &h);

        if (l->is_loopback || r == -ENODEV)
                return r;
        if (r == 0) {
                known->hardware = h;
                known->has_hardware = true;
        } else if (known->has_hardware)
                g->must_list = true;
        return known->has_hardware ? 0 : r;
}

/* Asked once for each. */
static bool guard_was_down(struct guard *g, int index) {
        for (size_t i = 0; i < g->n_down; i++)
                if (g->down[i] == index) {
                        g->down[i] = g->down[--g->n_down];
                        return true;
                }
        return false;
}

void guard_seen(struct guard *g, const struct link_facts *seen) {
        struct guard_link stranger = { .index = seen->index, .identity.interface = NETWORK_INTERFACE_ANY };
        struct guard_link *known = guard_find(g, seen->index);
        const bool has_room = known || g->n_links < GUARD_LINKS;
        struct link_facts l = *seen;
        int r = guard_hardware(g, &l, known ? known : &stranger);

        if (r == -ENODEV)
                return;
        if (!known && has_room) {
                known = &g->links[g->n_links++];
                *known = stranger;
                known->was_up = guard_was_down(g, seen->index);
        }
        if (!known)
                known = &stranger;
        guard_judge(g, &l, known, guard_identify(g, &l, r < 0 ? NULL : &known->hardware, has_room));
}

/* Who came second may be the first now. */
void guard_gone(struct guard *g, int index) {
        struct guard_link *known = guard_find(g, index);

        if (!known)
                return;
        if (known->identity.sort == IDENTITY_NAMED)
                g->granted_changed = g->must_list = true;
        g->must_keep = g->must_keep || known->was_up;
        *known = g->links[--g->n_links];
}

static void guard_listed(void *ctx, const struct link_facts *l) {
        guard_seen(ctx, l);
}

/* What is remembered and was not among them has gone. */
static int guard_list(struct guard *g) {
        int r;

        for (size_t i = 0; i < g->n_links; i++)
                g->links[i].is_listed = false;
        r = links_list(g->lists, guard_listed, g);
        for (size_t i = g->n_links; r == 0 && i-- > 0;)
                if (!g->links[i].is_listed)
                        guard_gone(g, g->links[i].index);
        if (r == 0)
                g->n_down = 0;
        return r;
}

int guard_begin(struct guard *g) {
        return links_kept_read(g->kept, g->down, GUARD_LINKS, &g->n_down);
}

int guard_settle(struct guard *g) {
        int r = 0;

        for (unsigned i = 0; g->must_list && i < SETTLES; i++) {
                g->must_list = false;
                r = guard_list(g);
                g->must_list = g->must_list || r < 0;
        }
        if (r < 0 || !g->must_keep)
                return r;
        r = guard_keep(g);
        g->must_keep = r < 0;
        return r;
}

void guard_follow(struct guard *g, const struct network_terms *terms, enum guard_hold hold) {
        g->terms = terms;
        g->hold = hold;
        g->must_list = g->granted_changed = true;
        for (size_t i = 0; i < g->n_links; i++) {
                g->links[i].identity = (struct identity){ IDENTITY_UNNAMED, NETWORK_INTERFACE_ANY };
                g->links[i].is_met = false;
        }
}

static size_t guard_gather(const struct guard *g, enum identity_sort first, enum identity_sort last,
                           struct link_grant ret[GUARD_LINKS]) {
        size_t n = 0;

        for (size_t i = 0; i < g->n_links; i++)
                if (g->links[i].identity.sort >= first && g->links[i].identity.sort <= last)
                        ret[n++] = (struct link_grant){ g->links[i].index, g->links[i].identity.interface,
                                                        g->links[i].name };
        return n;
}

size_t guard_grants(const struct guard *g, struct link_grant ret[GUARD_LINKS]) {
        return guard_gather(g, IDENTITY_NAMED, IDENTITY_NAMED, ret);
}

size_t guard_strangers(const struct guard *g, struct link_grant ret[GUARD_LINKS]) {
        return guard_gather(g, IDENTITY_UNNAMED, IDENTITY_LOOPBACK - 1, ret);
}
