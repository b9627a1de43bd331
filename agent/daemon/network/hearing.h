/* SPDX-License-Identifier: MIT */
/* hearing.h — the agent's ear for sekimori-firewall: what it tells is recorded, and whether it is there is known. Says
 * nothing to it. */
#pragma once

#include "audit/audit.h"
#include "host/network_stage.h"

struct hearing;
struct loop;

/* Listens at runtime_dir/network.sock. If nobody who ought to be there has been for ten seconds, that is recorded,
 * once. `state_fd` and `a` stay as long as this does. */
int hearing_new(struct loop *l, const char *runtime_dir, int state_fd, struct audit *a, struct hearing **ret,
                struct err *err);
void hearing_free(struct hearing *h);
CLEANUP(hearing, struct hearing *, hearing_free)
#define auto_hearing AUTO(hearing)

struct hearing_report {
        enum network_stage stage;
        bool is_there;                /* the firewall */
        struct network_in_force said; /* by it, last; of one that is not there: what it left in force */
};

/* Now. `h` NULL: the agent cannot listen; the firewall is missed then. */
struct hearing_report hearing_report(const struct hearing *h);
