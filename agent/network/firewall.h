/* SPDX-License-Identifier: MIT */
/* firewall.h — the resident part of the network plane: keeps the kernel's tables, the interfaces, the radios and the
 * forwarding as the plan and the stage say. What it put in force stays so when it is gone. */
#pragma once

#include "base/err.h"
#include "host/network_stage.h"
#include "loop/signals.h"
#include "network/evidence.h"
#include "network/exits.h"
#include "network/netlink/tables_watch.h"
#include "network/teller.h"
#include "wire/network.h"

struct firewall {
        const char *state_dir, *runtime_dir;
        struct loop *loop;
        struct signals signals;
        struct exits *exits;
        struct evidence evidence;
        struct teller *teller; /* NULL: nobody is told */
        struct source files, tables, asked;
        struct tables_watch watch;
        struct timer again;
        int state, runtime; /* STATE/network, and until the machine stops */
        enum network_stage stage;
        struct network_plan plan;
        unsigned generation; /* another one for each plan */
        uint32_t token;
        bool follows; /* a new plan or stage: the tables are written once, at the end */
        bool doubts;  /* something came between when they were written: once more */
        bool applied; /* the tables are in force as they should be */
};

/* Is anything to be refused, or counted? And the terms that are followed; NULL: nobody is named. */
bool firewall_limits(const struct firewall *f);
const struct network_terms *firewall_terms(const struct firewall *f);

/* Until it is told to end. */
int firewall_run(struct firewall *f, struct err *err);

/* As if it had never been: no tables, links and radios and forwarding as they were. What cannot be put back is said,
 * and keeps the tables from nothing. */
int firewall_undo(struct firewall *f, struct err *err);
