/* SPDX-License-Identifier: MIT */
/* gate.h — the barrier: what is sighted is judged, recorded, enforced. Owns the table of devices, and obeys the policy
 * and the stage in force. */
#pragma once

#include "audit/audit.h"
#include "base/cleanup.h"
#include "enforce/usb.h"
#include "gate/keeper.h"
#include "loop/loop.h"
#include "notify/notifier.h"
#include "state/state.h"
#include "wire/sighting.h"

struct gate;

enum look {
        LOOK_NONE,
        LOOK_ASKED, /* sekimori-keeper was asked to look at its medium */
        LOOK_SEEN,  /* sighting.facts.medium is what it found */
};

/* What is known of one device that is present. */
struct device {
        struct device *next;
        struct sighting sighting;
        struct verdict verdict;
        int directory; /* in sysfs, open since it was recognised; -1: it was not, yet */
        bool judged;
        bool authorized;    /* the kernel lets it in: because of us, or because nothing is enforced */
        bool observed;      /* the verdict was recorded and not enforced */
        enum action let_in; /* as what, when it is authorized by us */
        enum look look;
        int64_t asked_s;  /* since the boot */
        uint64_t diskseq; /* what was found is of its disks until this one */
        bool held;        /* let in for the look alone: nobody has had any of its disks */
        bool left;        /* cut off since */
        int64_t ending_s; /* people were told that its time is over then; 0: they were not */
        uint32_t scan;    /* the newest scan asked for when it was last sighted */
        char request[AUDIT_REQUEST];
};

/* Borrowed: loop, state, audit and usb outlive the gate. Subscribes to the state, puts the kernel under default deny
 * (where nothing is enforced: out of it) and starts the observer. A push or a stage that would keep the only keyboard
 * out is -EPERM; a stage whose consequences are not known yet -EAGAIN. */
int gate_new(struct loop *l, struct state *s, struct audit *a, struct usb *u, struct gate **ret, struct err *err);
void gate_free(struct gate *g);
CLEANUP(gate, struct gate *, gate_free)
#define auto_gate AUTO(gate)

/* From now on tell people through this one (borrowed); before, nobody is told. */
void gate_set_notifier(struct gate *g, struct notifier *n);

/* Here is the line to the block plane (borrowed), or it has changed: everything is judged again. */
void gate_set_keeper(struct gate *g, struct keeper *k);

/* It has found something. */
void gate_medium_found(struct gate *g, const struct keeper_word *w);
const struct keeper *gate_keeper(const struct gate *g);

/* Who sits at the terminal now (copied), NULL: nobody. Everything is judged again where that changes anything. */
void gate_set_seated(struct gate *g, const struct person *who);

const struct device *gate_devices(const struct gate *g); /* a list; NULL at its end */
pid_t gate_observer(const struct gate *g);               /* 0: there is none just now */
bool gate_settled(const struct gate *g);                 /* everything present has been judged */

/* Called once when the first scan is through. */
void gate_on_settled(struct gate *g, void (*settled)(void *ctx), void *ctx);
