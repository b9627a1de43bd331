/* SPDX-License-Identifier: MIT */
/* inside.h — what the gate consists of. Shared by the files of this folder only. */
#pragma once

#include "gate/exposed.h"
#include "gate/forget.h"
#include "gate/gate.h"
#include "gate/supposed.h"
#include "gate/table.h"
#include "gate/watch.h"
#include "gate/zone.h"

struct gate {
        struct audit *audit;
        struct state *state;
        struct subscriber subscriber;
        struct usb *usb;
        struct notifier *notifier; /* NULL: nobody is told */
        struct keeper *keeper;     /* NULL: the block plane is in force nowhere */
        struct person *seated;     /* NULL: nobody */
        bool opened;               /* this process lifted default deny: a device arriving then may still be denied */
        bool disks_seen;           /* as seen_all, for disks that are not on USB */
        bool seen_all;             /* a scan has come to its end: what was plugged in before us is in the table */
        struct device_table table;
        struct watch watch;
        struct forgets forgets;
        struct exposures exposures;
        struct supposed supposed;
        struct timer when;    /* fires when a verdict may next change by itself, when the clock is set, and on resume */
        struct timer timeout; /* for the keeper's look at a medium */
        struct zone zone;
        struct moment ending; /* the next change, if so near that people are told; 0: none */
        void (*settled)(void *ctx);
        void *settled_ctx;
};

/* Is the stage one in which verdicts have an effect? */
bool gate_enforces(const struct gate *g);

/* Judges a device and carries the verdict out, as far as it can be known by now. */
void gate_settle(struct gate *g, struct device *d, const struct moment *now);

/* Has people told once that a device's time ends soon. */
void gate_tell_ending(struct gate *g, struct device *d);

/* Sets the timer to when a verdict may next change by itself. */
void gate_arm(struct gate *g, const struct moment *now);
