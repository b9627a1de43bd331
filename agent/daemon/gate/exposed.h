/* SPDX-License-Identifier: MIT */
/* exposed.h — of which devices programs may have a node of usbfs open, kept beside the agent's sockets: what one agent
 * had cut off and did not come to have forgotten, the next one has. Lets nothing in. */
#pragma once

#include "gate/gate.h"

struct exposure;

struct exposures {
        int runtime_fd;             /* borrowed */
        struct exposure *of_before; /* as the agent before left them, until everything present has been seen */
        size_t n;
        bool unreadable; /* what it left is not known: it may have been any device */
        uint8_t *kept;   /* what the file holds */
        size_t size;
};

/* Reads what the agent before left. */
void exposed_begin(struct exposures *e, int runtime_fd);
void exposed_end(struct exposures *e);

/* A device that is new to this agent: was it let in by the one before, by whatever it is called now? */
void exposed_take_up(struct gate *g, struct device *d);

/* Everything that is present has been seen: what was not among it is gone. */
void exposed_seen_all(struct gate *g);

/* Before a device is let in, and where it is found to be in: the file holds it by then. A file that cannot be written
 * is said, and nothing is refused for it: it counts only where an agent ends in the middle. */
void exposed_keep(struct gate *g);
