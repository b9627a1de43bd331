/* SPDX-License-Identifier: MIT */
/* carry_out.c — to allow a device: recognise it, cut it off if it was let in with other rights, record, tell the
 * keeper, authorize; the first step that fails ends the sequence. See carry_out.h. */
#include "gate/carry_out.h"

#include "enforce/bus.h"
#include "gate/disks.h"
#include "gate/inside.h"
#include "gate/judge.h"
#include "gate/medium.h"

#define RESTORES_MAX 5 /* of one plugging of an allowed device */

static const struct bus_ops *carry_out_bus(const struct device *d) {
        return bus_ops(d->sighting.facts.bus);
}

static struct audit_device record_of(const struct gate *g, const struct device *d, const struct err *note) {
        return (struct audit_device){ .path = d->sighting.path,
                                      .user = g->seated ? g->seated->user : NULL,
                                      .seat = g->seated ? "seat0" : NULL,
                                      .facts = &d->sighting.facts,
                                      .verdict = &d->verdict,
                                      .observed = d->observed,
                                      .note = note && note->text[0] ? note : NULL };
}

/* A refusal is recorded and notified once, not at every scan. */
static void carry_out_refuse(struct gate *g, struct device *d, bool was_authorized, bool news, const struct err *note) {
        struct audit_device record = record_of(g, d, note);
        const struct news told = { .kind = was_authorized ? NOTICE_REVOKED : NOTICE_REFUSED,
                                   .facts = &d->sighting.facts,
                                   .verdict = &d->verdict,
                                   .request = d->request };

        if (was_authorized)
                (void)audit_device_revoked(g->audit, &record, d->request);
        else if (news)
                (void)audit_device_refused(g->audit, &record, d->request);
        /* No notice for a refusal that is only observed or not new: nobody at the desk could notice a change. Disks not
         * on USB that were present before the first scan are not notified either. */
        if (!d->observed && (was_authorized || news) && (!facts_are_of_a_disk(&d->sighting.facts) || g->disks_seen))
                notifier_tell(g->notifier, state_policy(g->state), &told);
}

enum outcome carry_out_recognise(struct gate *g, struct device *d, struct err *note) {
        enum outcome outcome;

        if (!carry_out_bus(d)) {
                (void)err_say(note, 0, "この版の知らないバスにあります", "on a bus that this version does not know");
                return OUTCOME_DONE;
        }
        if (d->directory >= 0)
                return OUTCOME_DONE;
        outcome = carry_out_bus(d)->recognise(g->usb, &d->sighting, &d->directory, note);
        if (outcome != OUTCOME_DONE || d->authorized || d->sighting.facts.bus != BUS_USB)
                return outcome;
        if (usb_is_let_in(d->directory))
                forget_notice(g, d);
        else
                d->cut = d->exposed;
        return outcome;
}

static enum outcome carry_out_apply(struct gate *g, const struct device *d, const struct verdict *v, struct err *note) {
        return carry_out_bus(d) ? carry_out_bus(d)->apply(g->usb, d->directory, &d->sighting, v, note) : OUTCOME_DONE;
}

/* Has another program written `authorized` since? */
static bool carry_out_is_undone(const struct device *d) {
        return d->sighting.facts.bus == BUS_USB && d->directory >= 0 && usb_differs(d->directory, d->authorized);
}

static void carry_out_deny(struct gate *g, struct device *d, bool news) {
        /* Judged before, or cut off before: or it is in for the look, or since before the agent. */
        bool was_authorized = d->authorized;
        bool undone = (!news || d->left) && !was_authorized && carry_out_is_undone(d);
        struct audit_device record = record_of(g, d, NULL);
        struct err note = { 0 };
        enum outcome outcome = carry_out_recognise(g, d, &note);

        if (undone) {
                (void)audit_device_restored(g->audit, &record);
                forget_notice(g, d);
        }
        d->lied = d->lied || d->verdict.reason == REASON_CONTRADICTED;
        if (outcome == OUTCOME_DONE)
                outcome = carry_out_apply(g, d, &d->verdict, &note);
        disks_revoke(g->keeper, d);
        d->authorized = false;
        medium_left(d);
        if (outcome == OUTCOME_GONE)
                return;
        carry_out_refuse(g, d, was_authorized, news, &note);
        forget_ask(g, d);
}

/* Recorded before it has any effect: a device that cannot be recorded is not let in, unless people need it to log in
 * (is_essential). */
static bool is_recorded(struct gate *g, const struct device *d) {
        struct audit_device record = record_of(g, d, NULL);

        return audit_device_allowed(g->audit, &record) == 0 || is_essential(&d->sighting.facts);
}

/* No disk of the device was writable since it came or was last cut off, and no other node of it open that is shut now,
 * so its mounts and what is open of it may stay. */
static bool is_in_for_nothing_else(const struct gate *g, const struct device *d) {
        if (d->authorized)
                return d->let_in == d->verdict.action && !(d->opened & ~disks_nodes(d));
        return d->held || d->verdict.action != ACTION_READ_ONLY || keeper_let_read(g->keeper, d->sighting.path);
}

/* It is away from now on, perhaps for good, and so the plane takes it back and the record says so before. Nobody at the
 * desk is told: as a rule it is in again at once. */
static void cut_and_forget(struct gate *g, struct device *d) {
        struct audit_device record;
        struct err note = { 0 };

        (void)err_say(&note, 0, "規則の認める範囲が狭くなりました。端末がいったん手放し、残りだけを許可し直します",
                      "its rule allows less than before: the terminal lets go of it, and lets the rest in again");
        record = record_of(g, d, &note);
        disks_revoke(g->keeper, d);
        (void)audit_device_revoked(g->audit, &record, d->request);
        forget_ask(g, d);
}

/* A device that may only be read must not have been in for writing, let in by us or before the agent started: it is cut
 * off first, so that neither a disk nor a mount of that time remains, and where a node of it may be open, it has to
 * come back as a new one. */
static enum outcome cut_first(struct gate *g, struct device *d, struct err *note) {
        const struct verdict none = verdict_deny(d->verdict.rule, d->verdict.reason);
        enum outcome outcome;

        if (is_in_for_nothing_else(g, d))
                return OUTCOME_DONE;
        d->authorized = false;
        medium_left(d);
        outcome = carry_out_apply(g, d, &none, note);
        if (outcome == OUTCOME_DONE && forget_would(g, d))
                cut_and_forget(g, d);
        return outcome;
}

/* The agent before had cut it off, and what is open of it since must not be open under another verdict. False: the
 * kernel is made to forget it, or that waits for the keeper. */
static bool is_forgotten_first(struct gate *g, struct device *d) {
        if (!d->cut || keeper_is_awaited(g->keeper))
                return !d->cut;
        d->cut = false;
        forget_ask(g, d);
        return d->forget == FORGET_NONE;
}

/* Denies for a reason of the agent, not of the policy. */
static void deny_because(struct gate *g, struct device *d, enum reason why) {
        d->verdict = verdict_deny(d->verdict.rule, why);
        carry_out_deny(g, d, true);
}

/* It cannot be let in for reading: whoever has it open by usbfs could write, and it is not forgotten (forget_spares).
 */
static bool is_barred(const struct gate *g, struct device *d) {
        d->barred = d->barred
                    || (d->verdict.action == ACTION_READ_ONLY && d->exposed && !is_in_for_nothing_else(g, d)
                        && forget_spares(g, d));
        return d->barred && d->verdict.action == ACTION_READ_ONLY;
}

/* A device is let in only when its medium is known, the kernel has set it up, and it stands in the audit log. */
static bool may_begin(struct gate *g, struct device *d) {
        if (d->verdict.by_medium && d->left) {
                if (!medium_look_again(g, d)) /* by its verdict, if it has one by now */
                        deny_because(g, d, d->verdict.action == ACTION_DENY ? d->verdict.reason : REASON_ENCRYPTION);
                return false;
        }
        if (d->authorized && !(disks_nodes(d) & ~d->opened))
                return true;
        if (!carry_out_bus(d)->is_ready(d->directory))
                return false; /* retried on SIGHTING_BOUND */
        if (is_recorded(g, d))
                return true;
        deny_because(g, d, REASON_UNRECORDED);
        return false;
}

/* After an apply: the device is in, or cut off and refused for what went wrong. */
static void carry_out_end(struct gate *g, struct device *d, enum outcome outcome, const struct err *note) {
        d->authorized = outcome_is_done(outcome);
        d->held = false;
        if (!d->authorized)
                disks_revoke(g->keeper, d);
        if (outcome == OUTCOME_CONTRADICTED || outcome == OUTCOME_FAILED) {
                enum reason why = outcome == OUTCOME_FAILED ? REASON_FAILED : REASON_CONTRADICTED;

                d->lied = d->lied || outcome == OUTCOME_CONTRADICTED;
                d->verdict = verdict_deny(d->verdict.rule, why);
                carry_out_refuse(g, d, true, true, note);
                forget_ask(g, d);
        }
}

/* Another program wrote `authorized`. What it let in is stopped each time; what it stopped is let in again a few times,
 * as a rule of udev would answer for ever. False: enough, and the device is refused, as it is stopped. */
static bool carry_out_restore(struct gate *g, struct device *d) {
        struct audit_device record = record_of(g, d, NULL);
        struct err note = { 0 };

        if (!carry_out_is_undone(d))
                return true;
        if (d->authorized && d->restored == RESTORES_MAX) {
                (void)err_say(&note, 0, "ほかのプログラムが、許可するたびに止めます",
                              "another program stops it each time");
                carry_out_end(g, d, OUTCOME_FAILED, &note);
                return false;
        }
        d->restored = (uint8_t)(d->restored + d->authorized);
        if (!d->authorized)
                forget_notice(g, d);
        (void)audit_device_restored(g->audit, &record);
        return true;
}

/* What was let in for the look only is cut off where the keeper cannot be told. */
static enum outcome carry_out_grant(struct gate *g, struct device *d, struct err *note) {
        const struct verdict none = verdict_deny(d->verdict.rule, REASON_FAILED);
        enum outcome outcome = disks_grant(g->keeper, d, note);
        struct err also = { 0 };

        if (outcome != OUTCOME_DONE)
                (void)carry_out_apply(g, d, &none, &also);
        return outcome;
}

static void carry_out_allow(struct gate *g, struct device *d) {
        struct err note = { 0 };
        enum outcome outcome = carry_out_recognise(g, d, &note);

        /* A scan may tell of it before the word that another program stopped it. */
        if (outcome == OUTCOME_DONE && d->authorized && !carry_out_restore(g, d))
                return;
        if (outcome == OUTCOME_DONE && is_barred(g, d)) {
                deny_because(g, d, REASON_READ_ONLY);
                return;
        }
        if (outcome == OUTCOME_DONE && !is_forgotten_first(g, d))
                return;
        if (outcome == OUTCOME_DONE)
                outcome = cut_first(g, d, &note);
        if (outcome == OUTCOME_DONE && (d->forget != FORGET_NONE || !may_begin(g, d)))
                return;
        if (outcome == OUTCOME_DONE && !disks_part_in_sleep(g->keeper, d)) {
                deny_because(g, d, REASON_FAILED);
                return;
        }
        if (outcome == OUTCOME_DONE) {
                forget_let_in(g, d);
                outcome = carry_out_grant(g, d, &note);
        }
        if (outcome == OUTCOME_DONE)
                outcome = carry_out_apply(g, d, &d->verdict, &note);
        d->let_in = d->verdict.action;
        d->opened = disks_nodes(d);
        carry_out_end(g, d, outcome, &note);
}

void carry_out_again(struct gate *g, struct device *d) {
        struct err note = { 0 };
        enum outcome outcome;

        if (d->directory < 0 || d->observed || (d->verdict.action != ACTION_DENY && !d->authorized)
            || !carry_out_restore(g, d))
                return;
        outcome = carry_out_apply(g, d, &d->verdict, &note);
        /* Gone: the device is on its way out, and that is announced, too. */
        if (outcome == OUTCOME_GONE)
                return;
        if (d->authorized)
                carry_out_end(g, d, outcome, &note);
        else
                forget_ask(g, d);
}

void carry_out_verify(struct gate *g, struct device *d) {
        struct err note = { 0 };
        enum outcome outcome;

        if (d->directory < 0 || !d->authorized || d->observed || d->sighting.facts.bus != BUS_USB)
                return;
        outcome = usb_verify(d->directory, &d->sighting, &d->verdict, &note);
        if (outcome != OUTCOME_DONE && outcome != OUTCOME_GONE)
                carry_out_end(g, d, outcome, &note);
}

void only_observe(struct gate *g, struct device *d, const struct verdict *before, bool news) {
        struct err note = { 0 };
        bool was_in = d->observed && before->action != ACTION_DENY;

        if (g->opened && !d->observed && carry_out_bus(d) && carry_out_bus(d)->release)
                (void)carry_out_bus(d)->release(g->usb, d->sighting.path, &note);
        if (d->observed && !news)
                return;
        d->observed = d->authorized = true;
        if (d->forget == FORGET_WAITING)
                d->forget = FORGET_NONE; /* it is let in again: nothing is to be taken from it */
        d->forgotten = false;            /* and what is opened from now on is another matter */
        forget_notice(g, d);
        if (d->verdict.action == ACTION_DENY)
                carry_out_refuse(g, d, was_in, true, &note);
        else
                (void)is_recorded(g, d);
}

void carry_out(struct gate *g, struct device *d, bool news) {
        if (d->observed && d->verdict.action != ACTION_DENY)
                d->authorized = false; /* authorized by the kernel until now, from here on by us, and so recorded */
        d->observed = false;
        if (d->verdict.action != ACTION_DENY)
                carry_out_allow(g, d);
        else
                carry_out_deny(g, d, news);
}

void carry_out_held(struct gate *g, struct device *d) {
        const struct verdict decided = d->verdict;
        struct err note = { 0 };

        (void)err_say(&note, 0,
                      "カーネルがこの機器を手放しません。開いたままのプログラムがあれば、まだ届きます。抜いてください",
                      "the kernel does not let go of it: a program that has it open may still reach it; unplug it");
        d->verdict = verdict_deny(decided.rule, REASON_FAILED);
        carry_out_refuse(g, d, true, true, &note);
        d->verdict = decided;
}

void record_gone(struct gate *g, const struct device *d, const struct err *note) {
        struct audit_device record = record_of(g, d, note);

        (void)audit_device_gone(g->audit, &record);
}
