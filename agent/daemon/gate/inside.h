/* SPDX-License-Identifier: MIT */
/* inside.h — what the gate consists of. Shared by the files of this folder only. */
#pragma once

#include "gate/gate.h"
#include "gate/table.h"
#include "gate/watch.h"

struct gate {
        struct audit *audit;
        struct state *state;
        struct subscriber subscriber;
        struct usb *usb;
        struct notifier *notifier; /* NULL: nobody is told */
        struct keeper *keeper;     /* NULL: the block plane is in force nowhere */
        struct person *seated;     /* NULL: nobody */
        bool opened;               /* by us, in this life: what was on its way then may come held back */
        bool disks_seen;           /* of those that do not hang on USB, too */
        bool seen_all;             /* a scan has come to its end: what was plugged in before us is in the table */
        struct device_table table;
        struct watch watch;
        struct timer when; /* the next moment at which a verdict may change by itself; the clock was set; we woke up */
        struct timer timeout; /* with whoever looks at a medium */
        struct moment ending; /* so near that people are told; 0: none is */
        void (*settled)(void *ctx);
        void *settled_ctx;
};
