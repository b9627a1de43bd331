/* SPDX-License-Identifier: MIT */
/* gate.h — judges every device sighted, records and enforces the verdict. Owns the table of devices, and obeys the
 * policy and the stage in force. */
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
        LOOK_SEEN,  /* sighting.facts.medium holds what the keeper found */
};

enum forget {
        FORGET_NONE,
        FORGET_WAITING, /* for a process that has the kernel forget it */
        FORGET_ASKED,   /* such a process runs */
        FORGET_AWAY,    /* the kernel has forgotten it, and it is expected back */
        FORGET_HELD,    /* cut off, and the kernel has not forgotten it: what was open of it may be open still */
};

/* What is known of one device that is present, or that the kernel was made to forget. */
struct device {
        struct device *next;
        struct sighting sighting;
        struct verdict verdict;
        int directory; /* its sysfs directory, open since it was recognised; -1: not recognised yet */
        bool judged;
        bool authorized;    /* the kernel lets it in: because of us, or because nothing is enforced */
        bool observed;      /* the verdict was recorded and not enforced */
        enum action let_in; /* the action it was let in with, if authorized by us */
        unsigned opened;    /* and the nodes (enum node_kind) */
        enum look look;
        int64_t asked_s;     /* when the look was asked for, in seconds since boot */
        uint64_t diskseq;    /* what was found covers its disks up to this one */
        bool held;           /* let in for the look only: no process could open any of its disks */
        bool left;           /* cut off since the look */
        int64_t ending_s;    /* people were told that its time ends then; 0: not told */
        uint32_t scan;       /* number of the newest scan asked for when it was last sighted */
        bool exposed;        /* let in since it came, so that programs may have its node of usbfs open */
        bool cut;            /* likewise, by the agent before, and cut off */
        bool types;          /* as it was let in last, people may type with it */
        bool barred;         /* from being let in for reading: what is open of it by usbfs could write */
        bool lied;           /* caught as something else than it said: refused until it is unplugged */
        bool forgotten;      /* by the kernel, for us; it has come back since */
        bool back;           /* likewise, and it has not been judged since */
        struct verdict told; /* if back: what was recorded of it before */
        enum forget forget;
        bool port_on;     /* the port that it was made to be forgotten by is known to be on again */
        int64_t away_s;   /* when the kernel had forgotten it, in seconds since boot */
        uint8_t restored; /* how often another program had stopped it, and it was let in again */
        char request[AUDIT_REQUEST];
};

/* Borrowed: loop, state, audit, usb and the runtime directory outlive the gate. Subscribes to the state, puts the
 * kernel under default deny (or lifts that where nothing is enforced) and starts the observer. A pushed policy or a
 * stage that would deny the only keyboard fails with -EPERM, a stage whose consequences are not known yet with -EAGAIN.
 */
int gate_new(struct loop *l, struct state *s, struct audit *a, struct usb *u, int runtime_fd, struct gate **ret,
             struct err *err);
void gate_free(struct gate *g);
CLEANUP(gate, struct gate *, gate_free)
#define auto_gate AUTO(gate)

/* From now on tell people through this one (borrowed); before, nobody is told. */
void gate_set_notifier(struct gate *g, struct notifier *n);

/* Sets the connection to sekimori-keeper (borrowed); also called when its state changes. Everything is judged again. */
void gate_set_keeper(struct gate *g, struct keeper *k);

/* The keeper reports what is on a medium. */
void gate_medium_found(struct gate *g, const struct keeper_word *w);
const struct keeper *gate_keeper(const struct gate *g);

/* Who sits at the terminal now (copied), NULL: nobody. Everything is judged again where that changes anything. */
void gate_set_seated(struct gate *g, const struct person *who);

const struct device *gate_devices(const struct gate *g); /* a list; NULL at its end */
pid_t gate_observer(const struct gate *g);               /* 0: there is none just now */
bool gate_settled(const struct gate *g);                 /* everything present has been judged */

/* Called once when the first scan is through. */
void gate_on_settled(struct gate *g, void (*settled)(void *ctx), void *ctx);
