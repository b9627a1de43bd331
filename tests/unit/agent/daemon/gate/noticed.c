/* SPDX-License-Identifier: MIT */
/* What was in without a verdict of this agent is forgotten as well when it is cut off: it may have been opened then. */
#include "gate/inside.h"
#include "unit/agent/daemon/gate/plugging.h"

#include <criterion/criterion.h>

#define RULE_DISK_ONLY "  - {name: disk, match: {bus: usb, interfaces: [storage]}, partial: true, action: allow}\n"

static struct kept k;

static void given_the_plane(void) {
        kept_begin(&k);
        keeper_comes(&k);
}

static void drop(void) {
        kept_end(&k);
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
