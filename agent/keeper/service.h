/* SPDX-License-Identifier: MIT */
/* service.h — the keeper that stays: in force as the stage wants it, told by uevents, ordered by the agent. */
#pragma once

#include "keeper/nodes.h"
#include "keeper/orders.h"
#include "keeper/system_grants.h"
#include "loop/signals.h"

struct keeper_service {
        const char *state_dir, *runtime_dir;
        enum language l; /* of what --list says; the journal is English */
        struct loop *loop;
        struct signals signals;
        struct source uevents, files;
        struct nodes nodes;
        struct system_grants system_grants;
        struct orders *orders; /* NULL: not in force */
        bool has_waited;       /* for udev, once */
        bool binds;            /* in place of that: no BPF here */
        bool opened_by_hand;   /* not ours to close again, until somebody starts us anew */
        struct err failure;    /* why it ended; "" */
};

/* Until it is told to end: birth order, then the loop. What is pinned stays in force after it. */
int service_run(struct keeper_service *k, struct err *err);

/* Drivers that were held back, by whoever it was. */
void service_let_go(struct keeper_service *k);

/* Tell the agent why it is not in force; NULL: there is nothing to explain. */
void service_explain(const struct keeper_service *k, const struct err *why);
