/* SPDX-License-Identifier: MIT */
/* forget.h — a device that had been let in and is cut off is forgotten by the kernel, in a process of its own, and is
 * known again when it comes back. Knows no rules. */
#pragma once

#include "enforce/forget.h"
#include "gate/gate.h"
#include "host/child.h"

#define FORGETS_MAX 8 /* at once; more wait in the table */

struct forgetting {
        struct gate *gate;
        struct child child; /* fd -1: none */
        struct source source;
        struct timer deadline;
        int directory; /* of the device as it was; -1: this place is free */
        char path[SIGHTING_PATH];
};

struct forgets {
        struct forgetting each[FORGETS_MAX];
        struct timer away;
        struct timer again; /* for those that wait although there is a place */
};

int forget_init(struct gate *g, struct loop *l);

/* A process that has begun goes on: between the two writes to a port it must not end. */
void forget_deinit(struct gate *g);

/* The device is in, and not by a verdict of ours: programs may have opened its node, if it is of a kind that has one,
 * and people may type with it. */
void forget_notice(struct gate *g, struct device *d);

/* It is to be let in by its verdict. */
void forget_let_in(struct gate *g, struct device *d);

/* Is it only shut where it is cut off, whatever is open of it? It may not come back: what people type with, a hub
 * above that, and what nobody can unplug, stays. */
bool forget_spares(const struct gate *g, const struct device *d);

/* Must the kernel forget the device when it is cut off? Not where no program can have its node of usbfs open, and not
 * before the block plane is in force: what comes back could be opened anew. */
bool forget_would(const struct gate *g, const struct device *d);

/* The device was cut off. */
void forget_ask(struct gate *g, struct device *d);

/* The device disappeared. True: because of us, and it is expected back; it stays in the table until then. */
bool forget_left(struct gate *g, struct device *d);

/* It was away for so long that whatever comes now was plugged in by somebody. No timer tells while the machine sleeps.
 */
bool forget_is_over(const struct device *d);

/* `s` came in the place of `d`, which is not the same plugging: counts as forgotten what has its descriptors, or what
 * comes in the place of a liar. */
bool forget_goes_on(const struct device *d, const struct sighting *s);

/* A device is at this path: is it the one that the kernel forgot? What comes in the place of a liar is taken for it,
 * whatever it says of itself now. */
bool forget_came_back(struct device *d, const struct sighting *s);
