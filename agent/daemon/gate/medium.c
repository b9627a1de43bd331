/* SPDX-License-Identifier: MIT */
/* medium.c — sends KEEPER_LOOK before it authorizes the device; without an answer by the deadline, 30 s, or 70 s if
 * the device was not authorized for the look, the medium counts as unreadable. See medium.h. */
#include "gate/medium.h"

#include "decision/kind.h"
#include "enforce/bus.h"
#include "gate/carry_out.h"
#include "gate/inside.h"
#include "gate/keeper.h"
#include "host/clock.h"

#define TIMEOUT_S 30 /* a disk must spin up, and may have several partitions */
#define IN_USE_S 70  /* the keeper allows a minute: cutting off a device in use loses written data */
#define TICK_MS 5000

/* A disk that is not on USB: there is no device to authorize, and nothing to wait for. */
static bool medium_is_of_a_disk(const struct device *d) {
        return facts_are_of_a_disk(&d->sighting.facts);
}

static void know_nothing(struct device *d) {
        d->sighting.facts.medium = (struct medium_facts){ .state = MEDIUM_UNKNOWN };
        d->look = LOOK_NONE;
}

static void give_up(struct device *d) {
        d->sighting.facts.medium = (struct medium_facts){ .state = MEDIUM_UNREADABLE };
        d->look = LOOK_SEEN;
}

/* Binds the device's interfaces; all of them are mass storage (judge.c), so only disks appear. False: that failed, and
 * the verdict is why. */
static bool medium_bind(struct gate *g, struct device *d) {
        const struct verdict everything = { .action = ACTION_ALLOW, .interfaces = UINT64_MAX, .kinds = KIND_STORAGE };
        const struct bus_ops *bus = bus_ops(d->sighting.facts.bus);
        struct err note = { 0 };
        enum outcome outcome = bus->apply(g->usb, d->directory, &d->sighting, &everything, &note);

        if (outcome_is_done(outcome))
                return true;
        (void)keeper_tell(g->keeper, KEEPER_REVOKE, d->sighting.path, NULL);
        d->held = false;
        give_up(d);
        if (outcome != OUTCOME_GONE)
                d->verdict =
                        verdict_deny(d->verdict.rule, outcome == OUTCOME_FAILED ? REASON_FAILED : REASON_CONTRADICTED);
        return false;
}

/* What was found must not be said of another stick that is put in its place in a sleep. */
static bool let_in_to_look(struct gate *g, struct device *d) {
        if (medium_is_of_a_disk(d))
                return true;
        if (!keeper_is_system(g->keeper, d->sighting.path) && usb_persist_not(d->directory) < 0)
                return false;
        d->held = !usb_is_let_in(d->directory);
        return medium_bind(g, d);
}

/* The order is sent first, so that the keeper has it before the kernel announces any disk. */
static bool medium_begin(struct gate *g, struct device *d) {
        const struct bus_ops *bus = bus_ops(d->sighting.facts.bus); /* listed, or no look is wanted (judge.c) */
        struct err note = { 0 };

        if (carry_out_recognise(g, d, &note) != OUTCOME_DONE)
                return false;
        if (!bus->is_ready(d->directory))
                return true; /* retried on SIGHTING_BOUND */
        if (keeper_tell(g->keeper, KEEPER_LOOK, d->sighting.path, NULL) < 0 || !let_in_to_look(g, d))
                return false;
        d->look = LOOK_ASKED;
        d->asked_s = clock_boot_s();
        d->left = false;
        (void)timer_in_ms(&g->timeout, TICK_MS);
        return true;
}

bool medium_is_awaited(struct gate *g, struct device *d) {
        if (!d->verdict.look) {
                if (d->look == LOOK_ASKED)
                        know_nothing(d);
                return false;
        }
        return d->look == LOOK_ASKED || medium_begin(g, d);
}

bool medium_let_in_again(struct gate *g, struct device *d) {
        return medium_is_of_a_disk(d) || medium_bind(g, d);
}

bool medium_look_again(struct gate *g, struct device *d) {
        know_nothing(d);
        return medium_begin(g, d);
}

void medium_left(struct device *d) {
        d->held = false;
        d->left = !medium_is_of_a_disk(d);
}

void medium_forget(struct gate *g, bool all) {
        for (struct device *d = g->table.first; d; d = d->next)
                if (all || d->authorized || d->look == LOOK_ASKED)
                        know_nothing(d);
}

bool medium_found(struct device *d, const struct keeper_word *w) {
        if (!d || d->look == LOOK_NONE || d->left)
                return false;
        d->sighting.facts.medium = w->medium;
        d->diskseq = w->diskseq;
        d->look = LOOK_SEEN;
        return true;
}

struct device *medium_overdue(struct gate *g) {
        int64_t now = clock_boot_s();

        for (struct device *d = g->table.first; d; d = d->next) {
                if (d->look != LOOK_ASKED)
                        continue;
                if (now >= d->asked_s + (d->held ? TIMEOUT_S : IN_USE_S)) {
                        give_up(d);
                        return d;
                }
                (void)timer_in_ms(&g->timeout, TICK_MS);
        }
        return NULL;
}
