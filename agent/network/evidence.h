/* SPDX-License-Identifier: MIT */
/* evidence.h — what was refused, and who was let through how often, across all tables since the program began. The
 * kernel counts, in sets that go with their table; they are read when it rings (nflog) and before they go. Never a
 * packet's content. ADR 0217. */
#pragma once

#include "decision/network.h"
#include "loop/loop.h"
#include "network/netlink/counts.h"
#include "network/peer_uses.h"
#include "network/ruleset_refused.h"

#define EVIDENCE_TOLD_S 3600   /* one kind is told of once in this time while it goes on */
#define EVIDENCE_GUESSES 65536 /* raw frames that one table refuses before it is said that somebody may be guessing */

struct refusal {
        struct network_refused what; /* packets and bytes are all that there were */
        int64_t last_s;              /* unix time */
        /* Its own. */
        unsigned reading;                /* the last one that found it; 0: none since its table went */
        int64_t told_s;                  /* by the clock that nobody sets; 0: not yet */
        uint64_t set_packets, set_bytes; /* as they stood in the set */
        uint64_t told_packets, told_bytes;
};

/* Refused by the tables that know no kinds. */
enum evidence_other { OTHER_RAW, OTHER_ARP, OTHERS };

struct evidence {
        struct source bell;
        struct timer later; /* something may have come after the last look */
        int requests;
        void (*told)(void *ctx, const struct network_refused *r); /* may be NULL */
        void (*guessed)(void *ctx);                               /* a frame's mark, a frame each; may be NULL */
        void *ctx;
        struct refusal refusals[REFUSED_KINDS_MAX];
        size_t n_refusals;
        struct peer_uses uses;
        uint64_t more; /* packets that are in none of the refusals, of tables that are gone */
        uint64_t seen[REFUSED_WAYS], counter[REFUSED_WAYS]; /* packets of this table: in refusals; all */
        uint64_t others[OTHERS], others_now[OTHERS];        /* packets; those of this table */
        unsigned reading;
        bool observed;
        int64_t since_s; /* unix time */
};

/* `net`, `kept`: as peer_uses_init(). Where nothing rings (no nfnetlink_log) *ret_bell says why: then counts are read
 * when somebody asks. */
int evidence_init(struct evidence *e, struct loop *l, int net, int kept, int *ret_bell);
void evidence_deinit(struct evidence *e);

/* Other terms are followed from now on, instead of `before` (NULL: none), after evidence_read(): a peer keeps what is
 * counted by its name. -ENOMEM: no peer has anything. */
int evidence_follow(struct evidence *e, const struct network_terms *before, const struct network_terms *terms);

/* Read what the kernel has counted, and tell of it. 0 or -errno, where some of it could not be read. No table: 0. */
int evidence_read(struct evidence *e);

/* New tables stand, whose counts begin at nothing, or none (generation 0). `observed`: they let pass what they refuse.
 * 0, or -errno where what peers carry is not counted. */
int evidence_replaced(struct evidence *e, unsigned generation, bool observed);

/* Packets that were refused, of which nothing else is known. */
uint64_t evidence_more(const struct evidence *e);

/* One element of a set, for evidence_read(). */
void evidence_refused(struct evidence *e, unsigned way, bool v6, const struct counted *c);
