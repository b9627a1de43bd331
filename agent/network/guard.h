/* SPDX-License-Identifier: MIT */
/* guard.h — keeps down every link that the policy does not name, and knows which link is which interface of the policy.
 * What is told and recorded of it is its owner's business; the packet filter, too. */
#pragma once

#include "network/identity.h"
#include "network/limit.h"

#define GUARD_LINKS 1024 /* known at a time; one beyond is never granted, and is told of each time */

enum guard_hold {
        GUARD_LOOKS,  /* links are told of only, and what was set down is up again (stages off and observe) */
        GUARD_SPARES, /* what is up stays up, with its routes, and the packet filter lets nothing through: whoever
                       * undoes a trial has lost nothing */
        GUARD_HOLDS,
};

struct guard_event {
        const struct link_facts *link;
        const struct link_hardware *hardware; /* NULL: it could not be read, or the link has none */
        struct identity identity;
        enum guard_deed deed;
        int error;
        unsigned times;       /* that this link was set down so far */
        unsigned long untold; /* events since the one that was told before */
};

struct guard_link {
        int index;
        char name[LINK_NAME]; /* that it has now */
        struct identity identity;
        unsigned times;
        bool was_up; /* and set down for that: to be up again */
        bool is_met, is_listed;
        struct link_hardware hardware; /* as last read; never read: has_hardware is false */
        bool has_hardware;
};

struct link_grant {
        int index, interface;
        const char *name; /* that it has now: the kernel hooks what leaves by it. Until the next call to the guard */
};

struct guard {
        int sys;             /* /sys */
        int lists, requests; /* rtnl_open(NULL), each: links are set down while they are listed */
        int kept;            /* where it is written down which were up, until the machine stops */
        void (*tell)(void *ctx, const struct guard_event *e);
        void *ctx;
        /* Its own. */
        const struct network_terms *terms;
        enum guard_hold hold;
        struct guard_link links[GUARD_LINKS];
        size_t n_links;
        int down[GUARD_LINKS]; /* set down by the firewall before, and not met yet */
        size_t n_down;
        unsigned long set_down; /* counted */
        struct limit told;
        bool must_keep;       /* what is written down is not true any more */
        bool must_list;       /* links are to be listed anew: guard_settle() */
        bool granted_changed; /* guard_grants() says something else than it did, or a link has come that is none of
                               * them; its reader sets it to false */
};

/* What was set down by one that ran before. 0 or -errno. */
int guard_begin(struct guard *g);

/* Obey these terms (NULL: nothing is named), which live as long as the guard follows them. Then guard_settle(). */
void guard_follow(struct guard *g, const struct network_terms *terms, enum guard_hold hold);

/* A link is there, or has changed. */
void guard_seen(struct guard *g, const struct link_facts *l);

/* A link has gone. */
void guard_gone(struct guard *g, int index);

/* Look at all links if must_list, which the calls above set, and its owner where messages were lost. To be called once
 * no message waits. 0 or -errno; must_list stays set where it
 * is to be called again. */
int guard_settle(struct guard *g);

/* Which links may pass packets, as which interface: the number of them. */
size_t guard_grants(const struct guard *g, struct link_grant ret[GUARD_LINKS]);

/* All others but the loopback, in the same form; their interface is none. */
size_t guard_strangers(const struct guard *g, struct link_grant ret[GUARD_LINKS]);
