/* SPDX-License-Identifier: MIT */
/* sighted.c — what the observer tells, of devices that are known and of new ones. See sighted.h. */
#include "gate/sighted.h"

#include "decision/kind.h"
#include "enforce/release.h"
#include "gate/carry_out.h"
#include "gate/inside.h"
#include "gate/judge.h"
#include "gate/medium.h"
#include "host/clock.h"

/* Is it in as a security key, because nothing else is known of it? */
static bool sighted_is_supposed(const struct device *d) {
        return d->authorized && (d->verdict.kinds & (KIND_SECURITY_KEY | KIND_HID)) == KIND_SECURITY_KEY;
}

/* What leaves before it was read counts as none: it would be bound, and could type a little, each time it comes. */
static void sighted_leave(struct gate *g, struct device *d) {
        const struct device_facts *f = &d->sighting.facts;

        if (sighted_is_supposed(d) && d->verdict.interfaces & interfaces_of_generic_hid(f) & ~(f->fido | f->not_fido))
                supposed_note(&g->supposed, d->sighting.path, clock_boot_s());
        record_gone(g, d, NULL);
        table_remove(&g->table, d);
}

static void sighted_controller(struct gate *g, const char *path) {
        struct err err = { 0 };
        int r;

        if (!gate_enforces(g)) {
                if (g->opened)
                        (void)usb_release_one(g->usb, path, NULL);
                return;
        }
        r = usb_controller(g->usb, path, &err);
        if (table_new_controller(&g->table, path) || r < 0)
                (void)audit_kernel_baseline(g->audit, path, r < 0 ? &err : NULL);
}

static void sighted_bound(struct gate *g, struct device *d) {
        struct moment now = clock_now();

        if (!d || d->authorized || (d->verdict.action == ACTION_DENY && !d->verdict.look))
                return;
        gate_settle(g, d, &now);
        gate_tell_ending(g, d);
}

/* A driver that was registered, another configuration, another program that wrote `authorized`: the kernel is held to
 * what was decided. Nothing is judged anew: the device is the same. */
static void sighted_again(struct gate *g, struct device *d) {
        struct moment now = clock_now();

        if (!d || !gate_enforces(g))
                return;
        if (d->judged)
                carry_out_again(g, d);
        else if (d->look != LOOK_ASKED)
                gate_settle(g, d, &now); /* held: only as long as its drivers are those of a disk */
        else if (!medium_let_in_again(g, d)) {
                d->judged = true;
                carry_out(g, d, true);
        }
}

static void sighted_taken(struct gate *g, struct device *d) {
        if (!d || !gate_enforces(g))
                return;
        if (d->judged)
                carry_out_verify(g, d);
        else if (d->look == LOOK_NONE)
                sighted_again(g, d);
}

/* A disk on a bus other than USB can only be refused by sekimori-keeper; a disk that the system runs from is let in
 * without asking the policy. */
static bool sighted_is_for_us(const struct gate *g, const struct sighting *s) {
        return s->type != SIGHTING_DEVICE || !facts_are_of_a_disk(&s->facts)
               || (keeper_in_force(g->keeper) && !keeper_is_system(g->keeper, s->path));
}

/* What is no sighting of a device itself. False: it is one. */
static bool sighted_noticed(struct gate *g, const struct sighting *s, struct device *d) {
        switch (s->type) {
        case SIGHTING_CONTROLLER:
                sighted_controller(g, s->path);
                return true;
        case SIGHTING_BOUND:
                sighted_bound(g, d);
                return true;
        case SIGHTING_INTERFACE:
                sighted_again(g, d);
                return true;
        case SIGHTING_TAKEN:
                sighted_taken(g, d);
                return true;
        case SIGHTING_DRIVER:
                for (d = g->table.first; d; d = d->next)
                        sighted_again(g, d);
                return true;
        default:
                return false;
        }
}

/* What we refused ourselves before the kernel forgot it stays refused, also when a scan tells of it, or it would be let
 * in and cut off in a circle. */
static bool sighted_stays_refused(struct gate *g, struct device *d, const struct sighting *s) {
        (void)forget_came_back(d, s);
        if (!gate_enforces(g) || !d->forgotten || !d->judged || d->verdict.reason != REASON_FAILED
            || !same_device(&d->sighting, s))
                return false;
        d->back = false;
        d->scan = g->watch.scan;
        carry_out(g, d, false);
        return true;
}

/* Was it let in as a security key, and is it none? Then nothing is supposed at its port for a while. */
static void sighted_learns(struct gate *g, const struct device *d) {
        const struct device_facts *f = &d->sighting.facts;

        if (sighted_is_supposed(d) && f->not_fido & interfaces_of_generic_hid(f))
                supposed_note(&g->supposed, d->sighting.path, clock_boot_s());
}

/* A new device. Where nothing may be supposed, what has not been read counts as no key. */
static struct device *sighted_add(struct gate *g, const struct sighting *s) {
        struct device *d = table_add(&g->table, s);

        if (d && !supposed_may(&g->supposed, s->path, clock_boot_s()))
                d->sighting.facts.not_fido |= interfaces_of_generic_hid(&s->facts);
        if (d)
                exposed_take_up(g, d);
        return d;
}

/* A device that is known and judged is announced again, as by each HID driver that takes it: only what is read of its
 * report descriptors judges it anew. Or what the agent itself refused would be let in, and a fight would have no end.
 */
static bool sighted_knows(struct gate *g, struct device *d, const struct sighting *s) {
        bool news = device_learns(d, s), in = d->verdict.action == ACTION_DENY || d->authorized;

        if (news)
                sighted_learns(g, d);
        if (news || !in || d->back || !d->judged || d->scan != g->watch.scan || d->sighting.facts.bus != BUS_USB)
                return false;
        sighted_again(g, d);
        return true;
}

/* The word that a device left is of the plugging before: a scan has told of the next one already. Of one that left,
 * nothing is in sysfs by the time that the kernel says so. */
static bool sighted_too_late(const struct gate *g, const struct device *d) {
        if (d->sighting.facts.bus != BUS_USB)
                return false;
        return d->directory < 0 ? usb_is_there(g->usb, &d->sighting) : !usb_is_forgotten(d->directory);
}

static void sighted_device(struct watch *w, const struct sighting *s) {
        struct gate *g = container_of(w, struct gate, watch);
        struct device *d = table_find(&g->table, s->path);
        bool forgotten = false;
        struct moment now;

        if (sighted_noticed(g, s, d))
                return;
        if (d && s->type == SIGHTING_GONE && (sighted_too_late(g, d) || forget_left(g, d)))
                return;
        if (d && s->type == SIGHTING_DEVICE && sighted_stays_refused(g, d, s))
                return;
        if (d && (s->type == SIGHTING_GONE || forget_is_over(d) || !same_device(&d->sighting, s))) {
                forgotten = forget_goes_on(d, s);
                sighted_leave(g, d);
                d = NULL;
        }
        if (s->type == SIGHTING_GONE || !sighted_is_for_us(g, s))
                return;
        if (d && sighted_knows(g, d, s))
                return;
        if (!d && !(d = sighted_add(g, s)))
                return; /* the table is full: the device stays denied */
        d->forgotten = d->forgotten || forgotten;
        d->scan = g->watch.scan;
        now = clock_now();
        gate_settle(g, d, &now);
        gate_tell_ending(g, d);
        if (!audit_healthy(g->audit))
                gate_arm(g, &now);
}

static void sighted_scanned(struct watch *w) {
        struct gate *g = container_of(w, struct gate, watch);
        struct device *next;

        for (struct device *d = g->table.first; d; d = next) {
                next = d->next;
                if (d->scan != g->watch.scan && !forget_left(g, d))
                        sighted_leave(g, d); /* its removal was among the lost events */
        }
        g->seen_all = true;
        exposed_seen_all(g);
        g->disks_seen = g->disks_seen || keeper_in_force(g->keeper);
        if (g->settled)
                g->settled(g->settled_ctx);
        g->settled = NULL;
}

static void sighted_lost(struct watch *w, const char *why) {
        struct gate *g = container_of(w, struct gate, watch);

        (void)audit_observer_lost(g->audit, why);
}

void sighted_follow(struct watch *w) {
        w->sighted = sighted_device, w->scanned = sighted_scanned, w->lost = sighted_lost;
}
