/* SPDX-License-Identifier: MIT */
/* plans.h — keeps STATE/network/plan true to the policy in force, for sekimori-firewall, which must know it at the boot
 * before there is an agent. Talks with nobody. */
#pragma once

#include "state/state.h"

struct plans {
        struct subscriber subscriber;
        const struct state *state;
        int state_fd;
};

/* Write the plan of the policy in force, and from now on of each that comes. Negative, with the reason: it could not be
 * written now; it is tried with each change all the same. `p` and `state_fd` stay as long as the state does. */
int plans_keep(struct plans *p, struct state *s, int state_fd, struct err *err);
