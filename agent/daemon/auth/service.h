/* SPDX-License-Identifier: MIT */
/* service.h — the login service: auth.sock, and many attempts at once, none of which can hold up another or the gate.
 */
#pragma once

#include "audit/audit.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "loop/loop.h"
#include "state/state.h"
#include "store/factors.h"
#include "store/tally.h"

struct service;

/* What the service uses, borrowed. */
struct service_context {
        struct audit *audit;
        struct factors_store *factors;
        struct tallies *tallies;
        const struct state *state; /* the policy in force */
        int runtime_fd;            /* where sessions are kept while the machine runs */
        uint64_t recorded;         /* the number of the last audit record before this agent's first */
        /* Who sits at the seat now (NULL: nobody): so that rules for people apply to devices. */
        void (*seated)(void *ctx, const struct person *who);
        /* An administrator is about to be let in at a service where people log in. Must only take note of it: the
         * verdict does not wait. */
        void (*administrator_came)(void *ctx, const char *user);
        void *ctx;
};

int service_new(struct loop *l, const char *runtime_dir, const struct service_context *context, struct service **ret,
                struct err *err);
void service_free(struct service *s);
CLEANUP(service, struct service *, service_free)
#define auto_service AUTO(service)
