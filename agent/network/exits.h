/* SPDX-License-Identifier: MIT */
/* exits.h — the terminal's own ways out, watched in a loop: links, radios, forwarding, routes, and whom it asks for
 * names. What is found is told to the owner, who records it, and who fits the packet filter to the grants. */
#pragma once

#include "loop/loop.h"
#include "network/guard.h"
#include "network/radios.h"
#include "network/resolvers.h"
#include "network/routes.h"
#include "network/sysctls.h"

struct exits_listener {
        void (*granted)(void *ctx); /* guard_grants() says something new */
        void (*link)(void *ctx, const struct guard_event *e);
        void (*sysctl)(void *ctx, const char *path, long found, int error, unsigned long untold);
        void (*radio)(void *ctx, const struct radio *r, int error, unsigned long untold);
        void (*route)(void *ctx, const struct route_facts *r, unsigned long untold); /* wide, through no named link */
        resolvers_tell *resolver;                                                    /* that the policy does not name */
        void (*failed)(void *ctx, const char *what, int error);                      /* going on; it is tried again */
};

struct exits_dirs {
        int sys, net, rfkill;  /* /sys, /proc/sys/net, /dev/rfkill (O_RDWR | O_NONBLOCK) or -1 */
        int state, until_stop; /* what lasts: on the disk, and until the machine stops */
        int root;              /* / */
};

struct exits;

/* The caller keeps the listener and what stands in `dirs` until exits_free(). Nothing is changed yet. */
int exits_new(struct loop *l, const struct exits_dirs *dirs, const struct exits_listener *listener, void *ctx,
              struct exits **ret, struct err *err);
void exits_free(struct exits *x); /* leaves all as it is */
CLEANUP(exits, struct exits *, exits_free)
#define auto_exits AUTO(exits)

/* From now on these terms, which live until others are followed. Where links are looked at only, nothing else is held
 * off either, and what was is let go of. */
int exits_follow(struct exits *x, const struct network_terms *terms, enum guard_hold hold, struct err *err);

/* Look at all links now, without waiting for what the kernel tells of them; `granted` may be called. */
void exits_look(struct exits *x);

/* As before: links up that were, radios and forwarding as they were. */
int exits_undo(struct exits *x, struct err *err);

/* Wide routes through no named link, now. As rtnl_list(). */
int exits_routes(struct exits *x, routes_take *take, void *ctx);

/* As resolvers_list(). */
void exits_resolvers(const struct exits *x, resolvers_take *take, void *ctx);

const struct guard *exits_guard(const struct exits *x);
const struct radios *exits_radios(const struct exits *x);
size_t exits_grants(const struct exits *x, struct link_grant ret[GUARD_LINKS]);
size_t exits_strangers(const struct exits *x, struct link_grant ret[GUARD_LINKS]);
