/* SPDX-License-Identifier: MIT */
/* state.c — who obeys the policy and the stage in force is asked first and told at once, in its turn, by name. */
#include "state/state.h"

#include "base/cleanup.h"
#include "support/ceremony.h"
#include "unit/agent/daemon/terminal.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

static struct terminal t;
static char heard[64]; /* who was asked (lower case) and told (upper case), in order */

struct plane {
        struct subscriber subscriber;
        char letter;
        int objects, fails;
};

static void state_note_down(char letter) {
        size_t n = strlen(heard);

        (void)snprintf(heard + n, sizeof heard - n, "%c", letter);
}

static int plane_may(void *ctx, const struct in_force *next, struct err *err) {
        const struct plane *p = ctx;

        (void)next;
        state_note_down(p->letter);
        return p->objects ? err_set(err, p->objects, "%c objects", p->letter) : 0;
}

static int plane_changed(void *ctx, const struct in_force *before, struct err *err) {
        const struct plane *p = ctx;

        (void)before;
        state_note_down((char)(p->letter - 'a' + 'A'));
        return p->fails ? err_set(err, p->fails, "%c fails", p->letter) : 0;
}

static struct plane a = { .letter = 'a' }, b = { .letter = 'b' };

static void plane_subscribe(struct plane *p) {
        p->subscriber = (struct subscriber){ plane_may, plane_changed, p, NULL };
        state_subscribe(t.state, &p->subscriber);
}

static void given_two_planes(void) {
        struct err err = { 0 };

        terminal_begin(&t);
        cr_assert_eq(state_new(t.store, t.audit, &t.state, &err), 0, "%s", err.text);
        plane_subscribe(&a);
        plane_subscribe(&b);
}

static void drop(void) {
        terminal_end(&t);
}

TestSuite(state_subscribe, .init = given_two_planes, .fini = drop, .timeout = 20);

Test(state_subscribe, all_are_asked_before_any_is_told) {
        struct err err = { 0 };

        cr_assert_eq(terminal_push(&t, "", &err), 0, "%s", err.text);
        cr_expect_str_eq(heard, "abAB");
        cr_expect_not_null(state_policy(t.state));
}

Test(state_subscribe, one_objection_keeps_all_as_it_was) {
        struct err err = { 0 };

        b.objects = -EPERM;
        cr_expect_eq(terminal_push(&t, "", &err), -EPERM);
        cr_expect_str_eq(err.text, "b objects");
        cr_expect_str_eq(heard, "ab", "nobody is told");
        cr_expect_null(state_policy(t.state), "still sealed");
        cr_expect_eq(terminal_records("policy-refused"), 1);

        cr_expect_eq(state_set_stage(t.state, STAGE_OBSERVE, 0, &err), -EPERM);
        cr_expect_eq(state_stage(t.state), STAGE_LOGIN);
        cr_expect_eq(terminal_records("stage-changed"), 0);
}

Test(state_subscribe, after_an_objection_nobody_else_is_asked) {
        struct err err = { 0 };

        a.objects = -EPERM;
        cr_expect_eq(terminal_push(&t, "", &err), -EPERM);
        cr_expect_str_eq(heard, "a");
}

Test(state_subscribe, whatever_is_no_objection_is_installed_and_not_only_told) {
        struct err err = { 0 };

        b.objects = 1;
        cr_assert_eq(terminal_push(&t, "", &err), 0, "%s", err.text);
        cr_expect_str_eq(heard, "abAB");
        cr_expect_eq(store_highest_serial(t.store), 1);
        cr_assert_eq(state_set_stage(t.state, STAGE_OBSERVE, 0, &err), 0, "%s", err.text);
        cr_expect_eq(state_stage(t.state), STAGE_OBSERVE);
}

Test(state_subscribe, one_that_cannot_follow_keeps_the_others_from_nothing) {
        struct err err = { 0 };

        a.fails = -EIO;
        cr_expect_eq(state_set_stage(t.state, STAGE_OBSERVE, 0, &err), 1, "it holds, but not everywhere");
        cr_expect_str_eq(heard, "abAB");
        cr_expect_str_eq(err.text, "a fails");
        cr_expect_eq(state_stage(t.state), STAGE_OBSERVE);
}

Test(state_subscribe, who_left_hears_nothing) {
        struct err err = { 0 };

        state_unsubscribe(t.state, &a.subscriber);
        state_unsubscribe(t.state, &a.subscriber);
        cr_assert_eq(terminal_push(&t, "", &err), 0, "%s", err.text);
        cr_expect_str_eq(heard, "bB");
}

/* The bytes are verified and compiled once, however often they are asked about. */
Test(state_push, what_was_looked_at_is_what_comes_into_force, .init = given_two_planes, .fini = drop, .timeout = 20) {
        struct push push = { 0 };
        const struct policy *looked;
        struct err err = { 0 };

        cr_assert_eq(terminal_push(&t, "", &err), 0, "%s", err.text);
        push.envelope = terminal_envelope(&t, "");
        cr_assert_eq(state_look(t.state, &push, &err), 0, "%s", err.text);
        looked = push.policy;
        cr_assert_not_null(looked);
        cr_expect_eq(policy_serial(state_policy(t.state)), 1, "nothing has changed yet");
        cr_assert_eq(state_push(t.state, &push, &err), 0, "%s", err.text);
        cr_expect_eq(state_policy(t.state), looked);
        cr_expect_null(push.policy);
}

Test(state_push, what_is_refused_at_the_look_is_recorded_once, .init = given_two_planes, .fini = drop, .timeout = 20) {
        struct push push = { .envelope = bytes_text("no envelope") };
        struct err err = { 0 };

        cr_expect_lt(state_look(t.state, &push, &err), 0);
        cr_expect_null(push.policy);
        cr_expect_eq(terminal_records("policy-refused"), 1);
}
