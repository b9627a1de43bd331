/* SPDX-License-Identifier: MIT */
/* What was in without a verdict of this agent is forgotten as well when it is cut off: it may have been opened then. */
#include "gate/inside.h"
#include "unit/agent/daemon/gate/plugging.h"

#include <criterion/criterion.h>

#define RULE_DISK_ONLY "  - {name: disk, match: {bus: usb, interfaces: [storage]}, partial: true, action: allow}\n"
#define RULE_NO_CARDS "  - {name: none, match: {bus: usb, interfaces: [smartcard]}, action: deny}\n"

static struct kept k;

static void given_the_plane(void) {
        kept_begin(&k);
        keeper_comes(&k);
}

static void drop(void) {
        kept_end(&k);
}

static void stage_is(enum stage stage) {
        struct err err = { 0 };

        cr_assert(until(&k.t, has_seen_all, ""));
        cr_assert_eq(state_set_stage(k.t.state, stage, 0, &err), 0, "%s", err.text);
}

static bool is_third_plugging(struct terminal *t, const char *path) {
        return is_kept_out(t, path) && number_of(t, path) > 80;
}

/* The agent before had let all of it in, and this one begins with other rules. */
static const char *given_a_camera_of_before(const char *rules) {
        const char *camera = plug(k.t.bed, with_a_disk(a_camera()));

        kept_push(&k, RULE_HID RULE_CAMERA_BY_ID);
        cr_assert(until(&k.t, is_let_in, camera));
        cr_assert(until(&k.t, was_told_to_write, camera));
        kept_starts_again_with(&k, rules);
        return camera;
}

TestSuite(forget_notices, .init = given_the_plane, .fini = drop, .timeout = 60);

Test(forget_notices, what_was_in_before_the_agent_and_may_be_read_only_now) {
        const char *camera = given_a_camera_of_before(RULE_HID RULE_TO_READ);

        cr_assert(until(&k.t, is_in_again, camera));
        cr_expect_eq(terminal_device(&k.t, camera)->verdict.action, ACTION_READ_ONLY);
}

Test(forget_notices, what_was_in_before_the_agent_and_is_denied_later) {
        const char *camera = given_a_camera_of_before(RULE_HID RULE_DISK_ONLY);

        cr_assert(until(&k.t, is_in_force, camera));
        cr_assert(until(&k.t, is_let_in, camera));
        kept_push(&k, RULE_HID);
        cr_expect(until(&k.t, is_another_plugging, camera));
}

Test(forget_notices, what_is_open_where_nothing_is_enforced_although_it_was_forgotten_before) {
        const char *reader = given_a_reader(&k);

        kept_push(&k, RULE_HID);
        cr_assert(until(&k.t, is_another_plugging, reader));
        stage_is(STAGE_OBSERVE);
        cr_assert(until(&k.t, is_in_again, reader));
        stage_is(STAGE_DEVICES);
        cr_expect(until(&k.t, is_third_plugging, reader));
}

/* The word that the one before left was lost. */
Test(forget_notices, another_device_in_the_place_of_what_was_forgotten) {
        const char *reader = given_a_reader(&k);
        struct sighting s;

        kept_push(&k, RULE_HID);
        cr_assert(until(&k.t, is_another_plugging, reader));
        cr_assert(terminal_device(&k.t, reader)->forgotten);
        s = terminal_device(&k.t, reader)->sighting;
        s.devnum++, s.descriptors[0] ^= 1, s.facts.fingerprint[0] ^= 1;
        k.t.gate->watch.sighted(&k.t.gate->watch, &s);
        cr_expect_not(terminal_device(&k.t, reader)->forgotten);
}

/* A push that denies it for another reason is the first to meet that. */
Test(forget_notices, what_another_program_let_in_where_a_push_tells_of_it) {
        const char *reader = plug(k.t.bed, a_card_reader());

        kept_push(&k, RULE_HID);
        cr_assert(until(&k.t, is_in_force, reader));
        cr_assert(until(&k.t, is_kept_out, reader));
        bed_write(k.t.bed, reader, "authorized", "1\n");
        cr_assert(bed_settle(k.t.bed));
        kept_push(&k, RULE_HID RULE_NO_CARDS);
        cr_expect(until(&k.t, is_another_plugging, reader));
        cr_expect_eq(terminal_records("device-restored"), 1);
}
