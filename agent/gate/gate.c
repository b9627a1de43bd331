/* SPDX-License-Identifier: MIT */
/* gate.c — decide -> enforce -> audit -> notify, on one page. See gate.h. */
#include "gate/gate.h"

#include "enforce/release.h"
#include "gate/disks.h"
#include "gate/judge.h"
#include "gate/seat.h"
#include "gate/staging.h"
#include "gate/table.h"
#include "gate/watch.h"
#include "host/clock.h"

#include <errno.h>
#include <string.h>

#define ENDING_S 300      /* how long before its time is over people are told */
#define RECORD_AGAIN_S 10 /* how soon to look whether the audit log can be written again */

struct gate {
        struct audit *audit;
        struct store *store;
        struct usb *usb;
        struct notifier *notifier; /* NULL: nobody is told */
        struct keeper *keeper;     /* NULL: the block plane is in force nowhere */
        struct policy *policy;
        struct person *seated; /* NULL: nobody */
        struct err note;
        struct staging staging;
        bool opened;   /* by us, in this life: what was on its way then may come held back */
        bool seen_all; /* a scan has come to its end: what was plugged in before us is in the table */
        struct table table;
        struct watch watch;
        struct timer when; /* the next moment at which a verdict may change by itself; the clock was set; we woke up */
        struct moment ending; /* so near that people are told; 0: none is */
        void (*settled)(void *ctx);
        void *settled_ctx;
};

static struct audit_device record_of(const struct gate *g, const struct device *d, const struct err *note) {
        return (struct audit_device){ .path = d->sighting.path,
                                      .user = g->seated ? g->seated->user : NULL,
                                      .seat = g->seated ? "seat0" : NULL,
                                      .facts = &d->sighting.facts,
                                      .verdict = &d->verdict,
                                      .observed = d->observed,
                                      .note = note && note->text[0] ? note->text : NULL };
}

/* Refusals are recorded, and told, once, not at every scan. */
static void refuse(struct gate *g, struct device *d, bool was_authorized, bool news, const struct err *note) {
        struct audit_device record = record_of(g, d, note);
        const struct news told = { .kind = was_authorized ? NOTICE_REVOKED : NOTICE_REFUSED,
                                   .facts = &d->sighting.facts,
                                   .verdict = &d->verdict,
                                   .request = d->request };

        if (was_authorized)
                (void)audit_device_revoked(g->audit, &record, d->request);
        else if (news)
                (void)audit_device_refused(g->audit, &record, d->request);
        if (!d->observed && (was_authorized || news)) /* else nothing happened that anybody at the desk could notice */
                notifier_tell(g->notifier, g->policy, &told);
}

static enum outcome recognise(struct gate *g, struct device *d, struct err *note) {
        return d->directory >= 0 ? OUTCOME_DONE : usb_recognise(g->usb, &d->sighting, &d->directory, note);
}

static enum outcome apply(struct gate *g, struct device *d, struct err *note) {
        return usb_apply(g->usb, d->directory, &d->sighting, &d->verdict, note);
}

static void deny(struct gate *g, struct device *d, bool news) {
        bool was_authorized = d->authorized;
        struct err note = { 0 };
        enum outcome outcome = recognise(g, d, &note);

        if (outcome == OUTCOME_DONE)
                outcome = apply(g, d, &note);
        disks_revoke(g->keeper, d);
        d->authorized = false;
        if (outcome != OUTCOME_GONE)
                refuse(g, d, was_authorized, news, &note);
}

/* Recorded before it has any effect: what cannot be recorded is not let in. */
static bool is_recorded(struct gate *g, const struct device *d) {
        struct audit_device record = record_of(g, d, NULL);

        return audit_device_allowed(g->audit, &record) == 0 || is_essential(&d->sighting.facts);
}

/* What may be read only must not have been in for writing, by us or by whoever was here before: neither a disk nor a
 * mount of that time remains. */
static enum outcome cut_first(struct gate *g, struct device *d, struct err *note) {
        const struct verdict none = verdict_deny(d->verdict.rule, d->verdict.reason);

        if (d->authorized ? d->let_in == d->verdict.action : d->verdict.action != ACTION_READ_ONLY)
                return OUTCOME_DONE;
        d->authorized = false;
        return usb_apply(g->usb, d->directory, &d->sighting, &none, note);
}

static void allow(struct gate *g, struct device *d) {
        struct err note = { 0 };
        enum outcome outcome = recognise(g, d, &note);

        if (outcome == OUTCOME_DONE)
                outcome = cut_first(g, d, &note);
        if (outcome == OUTCOME_DONE && !d->authorized) {
                if (!usb_is_set_up(d->directory))
                        return; /* SIGHTING_BOUND brings us back */
                if (!is_recorded(g, d)) {
                        d->verdict = verdict_deny(d->verdict.rule, REASON_UNRECORDED);
                        deny(g, d, true);
                        return;
                }
        }
        if (outcome == OUTCOME_DONE)
                outcome = disks_grant(g->keeper, d, &note);
        if (outcome == OUTCOME_DONE)
                outcome = apply(g, d, &note);
        d->authorized = outcome == OUTCOME_DONE;
        d->let_in = d->verdict.action;
        if (outcome != OUTCOME_DONE)
                disks_revoke(g->keeper, d);
        if (outcome == OUTCOME_CONTRADICTED || outcome == OUTCOME_FAILED) {
                enum reason why = outcome == OUTCOME_FAILED ? REASON_FAILED : REASON_CONTRADICTED;

                d->verdict = verdict_deny(d->verdict.rule, why);
                refuse(g, d, true, true, &note);
        }
}

/* Nothing is touched; what would have been done is recorded, once. */
static void observe(struct gate *g, struct device *d, const struct verdict *before, bool news) {
        struct err note = { 0 };
        bool was_in = d->observed && before->action != ACTION_DENY;

        if (g->opened && !d->observed)
                (void)usb_release_one(g->usb, d->sighting.path, &note);
        if (d->observed && !news)
                return;
        d->observed = d->authorized = true;
        if (d->verdict.action == ACTION_DENY)
                refuse(g, d, was_in, true, &note);
        else
                (void)is_recorded(g, d);
}

static void enforce(struct gate *g, struct device *d, bool news) {
        if (d->observed && d->verdict.action != ACTION_DENY)
                d->authorized = false; /* by the kernel until now; by us from here on, and recorded as that */
        d->observed = false;
        if (d->verdict.action != ACTION_DENY)
                allow(g, d);
        else
                deny(g, d, news);
}

static bool enforces(const struct gate *g) {
        return stage_enforces(g->staging.now);
}

static void settle(struct gate *g, struct device *d, const struct moment *now) {
        struct verdict before = d->verdict;
        bool news = !d->judged;

        d->verdict = judge(g->policy, g->keeper, &d->sighting.facts, now, g->seated);
        d->judged = true;
        news = news || before.reason != d->verdict.reason || before.action != d->verdict.action;
        if (enforces(g))
                enforce(g, d, news);
        else
                observe(g, d, &before, news);
}

/* Once: who works with a device whose time is nearly over saves what they have. */
static void tell_ending(struct gate *g, struct device *d) {
        const struct news news = {
                .kind = NOTICE_ENDING, .facts = &d->sighting.facts, .request = "", .end_minute = g->ending.minute
        };

        if (!g->ending.unix_s || !d->authorized || d->observed || d->ending_s == g->ending.unix_s
            || judge(g->policy, g->keeper, &d->sighting.facts, &g->ending, g->seated).action != ACTION_DENY)
                return;
        d->ending_s = g->ending.unix_s;
        notifier_tell(g->notifier, g->policy, &news);
}

/* When to look again because of the time: some minutes before verdicts may change, and when they do. */
static int64_t next_look(struct gate *g, const struct moment *now) {
        struct moment then = { 0 };

        g->ending = then;
        if (!g->policy || !policy_next_change(g->policy, now, &then.day, &then.minute))
                return INT64_MAX;
        then.unix_s = clock_of(then.day, then.minute);
        if (then.unix_s - ENDING_S > now->unix_s)
                return then.unix_s - ENDING_S;
        g->ending = then;
        for (struct device *d = g->table.first; d; d = d->next)
                tell_ending(g, d);
        return then.unix_s;
}

static void arm(struct gate *g, const struct moment *now) {
        int64_t at = next_look(g, now);

        if (!audit_healthy(g->audit) && now->unix_s + RECORD_AGAIN_S < at)
                at = now->unix_s + RECORD_AGAIN_S;
        (void)timer_at(&g->when, at);
}

static void settle_all(struct gate *g) {
        struct moment now = clock_now();

        for (struct device *d = g->table.first; d; d = d->next)
                settle(g, d, &now);
        arm(g, &now);
}

void gate_seat(struct gate *g, const struct person *who) {
        if (!who && !g->seated)
                return;
        free(g->seated);
        g->seated = person_copy(who);
        settle_all(g);
}

static void time_came(struct timer *t, bool clock_was_set) {
        struct gate *g = container_of(t, struct gate, when);

        settle_all(g);
        if (clock_was_set)
                watch_rescan(&g->watch);
}

static void leave(struct gate *g, struct device *d) {
        struct audit_device record = record_of(g, d, NULL);

        (void)audit_device_gone(g->audit, &record);
        table_remove(&g->table, d);
}

static void controller(struct gate *g, const char *path) {
        struct err err = { 0 };
        int r;

        if (!enforces(g)) {
                if (g->opened)
                        (void)usb_release_one(g->usb, path, NULL);
                return;
        }
        r = usb_controller(g->usb, path, &err);
        if (table_new_controller(&g->table, path) || r < 0)
                (void)audit_kernel_baseline(g->audit, r < 0 ? err.text : path, r == 0);
}

static void bound(struct gate *g, struct device *d) {
        struct moment now = clock_now();

        if (!d || d->authorized || d->verdict.action == ACTION_DENY)
                return;
        settle(g, d, &now);
        tell_ending(g, d);
}

static void sighted(struct watch *w, const struct sighting *s) {
        struct gate *g = container_of(w, struct gate, watch);
        struct device *d = table_find(&g->table, s->path);
        struct moment now;

        if (s->type == SIGHTING_CONTROLLER) {
                controller(g, s->path);
                return;
        }
        if (s->type == SIGHTING_BOUND) {
                bound(g, d);
                return;
        }
        if (d && (s->type == SIGHTING_GONE || !same_device(&d->sighting, s))) {
                leave(g, d);
                d = NULL;
        }
        if (s->type == SIGHTING_GONE)
                return;
        if (!d && !(d = table_add(&g->table, s)))
                return; /* more than the table holds: stays denied */
        d->scan = g->watch.scan;
        now = clock_now();
        settle(g, d, &now);
        tell_ending(g, d);
        if (!audit_healthy(g->audit))
                arm(g, &now);
}

static void scanned(struct watch *w) {
        struct gate *g = container_of(w, struct gate, watch);
        struct device *next;

        for (struct device *d = g->table.first; d; d = next) {
                next = d->next;
                if (d->scan != g->watch.scan)
                        leave(g, d); /* its going was among the lost events */
        }
        g->seen_all = true;
        if (g->settled)
                g->settled(g->settled_ctx);
        g->settled = NULL;
}

static void lost(struct watch *w, const char *why) {
        struct gate *g = container_of(w, struct gate, watch);

        (void)audit_observer_lost(g->audit, why);
}

static int push_refused(struct gate *g, int r, uid_t who, const struct err *err) {
        (void)audit_policy_refused(g->audit, err->text, who);
        return r;
}

int gate_push_unread(struct gate *g, int why, uid_t who, struct err *err) {
        if (why == -EFBIG)
                (void)err_set(err, why, "larger than %d bytes", POLICY_TEXT_MAX);
        else
                (void)err_errno(err, why, "read what was pushed");
        return push_refused(g, why, who, err);
}

int gate_push(struct gate *g, struct bytes envelope, uid_t who, struct err *err) {
        auto_policy p = NULL;
        struct moment now = clock_now();
        int r = store_check(g->store, envelope, &p, err);

        if (r == 0)
                r = lockout_check(&g->table, p, &now, err);
        if (r == 0)
                r = store_install(g->store, envelope, p, err);
        if (r < 0)
                return push_refused(g, r, who, err);
        policy_free(g->policy);
        g->policy = TAKE(p);
        g->note.text[0] = '\0';
        audit_set_policy(g->audit, g->policy);
        (void)audit_policy_installed(g->audit, g->policy, who);
        settle_all(g);
        return 0;
}

/* The kernel as the stage wants it. */
static int kernel_follow(struct gate *g, struct err *err) {
        int r;

        if (enforces(g)) {
                r = usb_baseline(g->usb, err);
                if (r < 0)
                        (void)audit_kernel_baseline(g->audit, err->text, false);
                return r;
        }
        r = usb_release(g->usb, err);
        g->opened = r != 0;
        if (r < 0)
                g->note = *err;
        return r;
}

/* Enforcing begins where somebody can still type. */
static int may_enforce(const struct gate *g, struct err *err) {
        struct moment now = clock_now();

        if (!g->seen_all)
                return err_set(err, -EAGAIN, "what is plugged in is not known yet: try again in a few seconds");
        return lockout_check(&g->table, g->policy, &now, err);
}

int gate_set_stage(struct gate *g, enum stage stage, uid_t who, struct err *err) {
        bool enforced = enforces(g);
        int r = !enforced && stage_enforces(stage) ? may_enforce(g, err) : 0;

        if (r == 0)
                r = staging_change(&g->staging, g->audit, stage, who, err);
        if (r < 0 || enforced == enforces(g))
                return r;
        r = kernel_follow(g, err);
        settle_all(g);
        watch_rescan(&g->watch); /* controllers, and what came meanwhile */
        return r < 0 ? 1 : 0;
}

int gate_confirm_stage(struct gate *g, const char *user, struct err *err) {
        return staging_confirm(&g->staging, g->audit, user, err);
}

int gate_new(struct loop *l, struct store *s, struct audit *a, struct usb *u, struct gate **ret, struct err *err) {
        auto_gate g = calloc(1, sizeof *g);
        struct moment now = clock_now();
        struct err kernel = { 0 };
        int r;

        if (!g)
                return err_set(err, -ENOMEM, "gate");
        g->audit = a, g->store = s, g->usb = u;
        g->when.source.fd = -1;
        g->watch.sighted = sighted, g->watch.scanned = scanned, g->watch.lost = lost;
        r = store_load(s, &g->policy, &g->note);
        if (r < 0)
                return err_wrap(err, r, "load the policy");
        audit_set_policy(a, g->policy);
        staging_load(&g->staging, store_fd(s));
        (void)audit_policy_loaded(a, g->policy, stage_name(g->staging.now), g->note.text);
        (void)kernel_follow(g, &kernel);
        r = timer_init(&g->when, l, CLOCK_REALTIME, time_came);
        if (r == 0)
                r = watch_start(&g->watch, l);
        if (r < 0)
                return err_errno(err, r, "gate");
        arm(g, &now);
        *ret = TAKE(g);
        return 0;
}

void gate_free(struct gate *g) {
        if (!g)
                return;
        watch_stop(&g->watch);
        timer_deinit(&g->when);
        table_clear(&g->table);
        audit_set_policy(g->audit, NULL); /* it outlives us, and borrowed ours */
        policy_free(g->policy);
        free(g->seated);
        free(g);
}

void gate_tell(struct gate *g, struct notifier *n) {
        g->notifier = n;
}

void gate_keep(struct gate *g, struct keeper *k) {
        g->keeper = k;
        settle_all(g);
}

const struct keeper *gate_keeper(const struct gate *g) {
        return g->keeper;
}

const struct policy *gate_policy(const struct gate *g) {
        return g->policy;
}

enum stage gate_stage(const struct gate *g) {
        return g->staging.now;
}

bool gate_stage_is_legible(const struct gate *g) {
        return g->staging.status == 0 || g->staging.status == -ENOENT;
}

const char *gate_note(const struct gate *g) {
        return g->note.text;
}

const struct device *gate_devices(const struct gate *g) {
        return g->table.first;
}

pid_t gate_observer(const struct gate *g) {
        return g->watch.source.fd < 0 ? 0 : g->watch.observer.pid;
}

bool gate_settled(const struct gate *g) {
        return watch_settled(&g->watch);
}

void gate_on_settled(struct gate *g, void (*settled)(void *ctx), void *ctx) {
        g->settled = settled, g->settled_ctx = ctx;
}
