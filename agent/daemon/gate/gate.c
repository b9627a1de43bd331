/* SPDX-License-Identifier: MIT */
/* gate.c — decide -> enforce -> audit -> notify, on one page. See gate.h. */
#include "gate/gate.h"

#include "enforce/release.h"
#include "gate/carry_out.h"
#include "gate/held.h"
#include "gate/inside.h"
#include "gate/judge.h"
#include "gate/medium.h"
#include "gate/seat.h"
#include "gate/sighted.h"
#include "host/built_in.h"
#include "host/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#define ENDING_S 300      /* how long before a device's time ends people are told */
#define RECORD_AGAIN_S 10 /* how soon to check whether the audit log can be written again */

bool gate_enforces(const struct gate *g) {
        return stage_enforces(state_stage(g->state));
}

void gate_settle(struct gate *g, struct device *d, const struct moment *now) {
        struct verdict before = d->back ? d->told : d->verdict;
        bool news = !d->judged && !d->back;

        if (d->forget == FORGET_AWAY)
                return; /* judged when it is back */
        d->verdict = judge_device(state_policy(g->state), g->keeper, d, now, g->seated);
        d->judged = !gate_enforces(g) || (!held_for_keeper(g, d, now) && !medium_is_awaited(g, d));
        if (!d->judged)
                return;
        d->back = false;
        news = news || before.reason != d->verdict.reason || before.action != d->verdict.action;
        if (gate_enforces(g))
                carry_out(g, d, news);
        else
                only_observe(g, d, &before, news);
}

/* Notifies once that a device's time is nearly over, so that its user can save their work. */
void gate_tell_ending(struct gate *g, struct device *d) {
        const struct news news = {
                .kind = NOTICE_ENDING, .facts = &d->sighting.facts, .request = "", .end_minute = g->ending.minute
        };

        if (!g->ending.unix_s || !d->authorized || d->observed || d->look == LOOK_ASKED
            || d->ending_s == g->ending.unix_s
            || judge(state_policy(g->state), g->keeper, &d->sighting.facts, &g->ending, g->seated).action
                       != ACTION_DENY)
                return;
        d->ending_s = g->ending.unix_s;
        notifier_tell(g->notifier, state_policy(g->state), &news);
}

/* The next time to judge again: ENDING_S before verdicts may change, then when they do. */
static int64_t next_look(struct gate *g, const struct moment *now) {
        struct moment then = { 0 };

        g->ending = then;
        if (!state_policy(g->state) || !policy_next_change(state_policy(g->state), now, &then.day, &then.minute))
                return INT64_MAX;
        then.unix_s = clock_of(then.day, then.minute);
        if (then.unix_s - ENDING_S > now->unix_s)
                return then.unix_s - ENDING_S;
        g->ending = then;
        for (struct device *d = g->table.first; d; d = d->next)
                gate_tell_ending(g, d);
        return then.unix_s;
}

void gate_arm(struct gate *g, const struct moment *now) {
        int64_t at = next_look(g, now);

        if (!audit_healthy(g->audit) && now->unix_s + RECORD_AGAIN_S < at)
                at = now->unix_s + RECORD_AGAIN_S;
        (void)timer_at(&g->when, at);
}

static void settle_all(struct gate *g) {
        struct moment now = clock_now();

        for (struct device *d = g->table.first; d; d = d->next)
                gate_settle(g, d, &now);
        gate_arm(g, &now);
}

void gate_set_seated(struct gate *g, const struct person *who) {
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

static void zone_changed(struct zone *z) {
        settle_all(container_of(z, struct gate, zone));
}

/* The zone is read at each decision; what is lost without this is the decision at the change itself. */
static void gate_follow_zone(struct gate *g, struct loop *l) {
        int r = zone_follow(&g->zone, l, zone_changed);

        if (r < 0)
                (void)fprintf(stderr, "sekimorid: /etc: %s; going on without it: a new time zone waits for a device\n",
                              strerrordesc_np(-r));
}

static void timed_out(struct timer *t, bool clock_was_set) {
        struct gate *g = container_of(t, struct gate, timeout);
        struct moment now = clock_now();

        (void)clock_was_set;
        for (struct device *d; (d = medium_overdue(g));)
                gate_settle(g, d, &now);
}

/* Brings the kernel's USB defaults in line with the stage. */
static int kernel_follow(struct gate *g, struct err *err) {
        int r;

        if (gate_enforces(g)) {
                r = usb_baseline(g->usb, err);
                if (r < 0)
                        (void)audit_kernel_baseline(g->audit, NULL, err);
                return r;
        }
        r = usb_release(g->usb, err);
        g->opened = r != 0;
        if (r < 0)
                state_set_note(g->state, err);
        return r;
}

/* Enforcement may begin, and the policy may change, only if a keyboard stays allowed. */
static int gate_may(void *ctx, const struct in_force *next, struct err *err) {
        const struct gate *g = ctx;
        const bool begins = !gate_enforces(g) && stage_enforces(next->stage);
        struct moment now = clock_now();

        if (!begins && next->policy == state_policy(g->state))
                return 0;
        if (begins && !g->seen_all)
                return err_say(err, -EAGAIN, "差し込まれている機器をまだ調べています。数秒後にやり直してください",
                               "what is plugged in is not known yet: try again in a few seconds");
        return lockout_check(&g->table, keyboard_is_built_in(AT_FDCWD, "/sys"), next->policy, &now, err);
}

static int gate_changed(void *ctx, const struct in_force *before, struct err *err) {
        struct gate *g = ctx;
        const bool turns = stage_enforces(before->stage) != gate_enforces(g);
        int r = turns ? kernel_follow(g, err) : 0;

        if (turns || before->policy != state_policy(g->state))
                settle_all(g);
        if (turns)
                watch_rescan(&g->watch); /* controllers, and what came meanwhile */
        return r;
}

int gate_new(struct loop *l, struct state *s, struct audit *a, struct usb *u, int runtime_fd, struct gate **ret,
             struct err *err) {
        auto_gate g = calloc(1, sizeof *g);
        struct moment now = clock_now();
        struct err kernel = { 0 };
        int r;

        if (!g)
                return err_set(err, -ENOMEM, "gate");
        g->audit = a, g->state = s, g->usb = u;
        g->when.source.fd = g->timeout.source.fd = g->zone.source.fd = -1;
        exposed_begin(&g->exposures, runtime_fd);
        sighted_follow(&g->watch);
        g->subscriber = (struct subscriber){ .may = gate_may, .changed = gate_changed, .ctx = g };
        state_subscribe(s, &g->subscriber);
        (void)kernel_follow(g, &kernel);
        r = timer_init(&g->when, l, CLOCK_REALTIME, time_came);
        if (r == 0)
                r = timer_init(&g->timeout, l, CLOCK_MONOTONIC, timed_out);
        if (r == 0)
                r = forget_init(g, l);
        if (r == 0)
                r = watch_start(&g->watch, l);
        if (r < 0)
                return err_errno(err, r, "gate");
        gate_follow_zone(g, l);
        gate_arm(g, &now);
        *ret = TAKE(g);
        return 0;
}

void gate_free(struct gate *g) {
        if (!g)
                return;
        state_unsubscribe(g->state, &g->subscriber);
        watch_stop(&g->watch);
        timer_deinit(&g->when);
        timer_deinit(&g->timeout);
        zone_unfollow(&g->zone);
        forget_deinit(g);
        table_clear(&g->table);
        exposed_end(&g->exposures);
        free(g->seated);
        free(g);
}

void gate_set_notifier(struct gate *g, struct notifier *n) {
        g->notifier = n;
}

void gate_set_keeper(struct gate *g, struct keeper *k) {
        struct device *next;

        g->keeper = k;
        for (struct device *d = g->table.first; d; d = next) {
                next = d->next;
                if (facts_are_of_a_disk(&d->sighting.facts) && keeper_is_system(k, d->sighting.path))
                        table_remove(&g->table, d);
        }
        medium_forget(g, !keeper_in_force(k)); /* a new keeper looks at the media again */
        settle_all(g);
        if (keeper_in_force(k))
                watch_rescan(&g->watch);
}

void gate_medium_found(struct gate *g, const struct keeper_word *w) {
        struct device *d = table_find(&g->table, w->path);
        struct moment now = clock_now();

        if (medium_found(d, w))
                gate_settle(g, d, &now);
}

const struct keeper *gate_keeper(const struct gate *g) {
        return g->keeper;
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
