/* SPDX-License-Identifier: MIT */
/* report.h — what `status` and `devices` answer, as JSON. */
#pragma once

#include "gate/gate.h"
#include "network/hearing.h"
#include "store/factors.h"
#include "store/tally.h"

/* The parts of the agent, borrowed. */
struct subject {
        struct state *state;
        struct gate *gate;
        struct audit *audit;
        struct hearing *hearing; /* NULL: the agent cannot listen to sekimori-firewall */
        struct usb *usb;
        struct store *store;
        struct factors_store *factors; /* NULL: could not be opened; people_note says why */
        struct tallies *tallies;
        struct err people_note;
        int64_t started_s; /* clock_boot_s() when the agent began */
};

/* The caller frees *ret. -ENOMEM. */
int report_status(const struct subject *s, char **ret);
int report_devices(const struct subject *s, char **ret);
