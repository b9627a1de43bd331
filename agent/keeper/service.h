/* SPDX-License-Identifier: MIT */
/* service.h — the resident keeper: in force as the stage wants it, driven by uevents and by the agent's orders. */
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
        bool binds;            /* the fallback without BPF: drivers are held back */
        bool opened_by_hand;   /* opened by an administrator: stays open until the keeper is restarted */
        struct err failure;    /* why it ended; "" */
};

/* Runs until it is told to end: initialisation, then the loop. What is pinned stays in force afterwards. */
int service_run(struct keeper_service *k, struct err *err);

/* Release the drivers that were held back, by this keeper or an earlier one. */
void service_let_go(struct keeper_service *k);

/* Tell the agent why the plane is not in force; NULL: there is nothing to explain. */
void service_explain(const struct keeper_service *k, const struct err *why);
