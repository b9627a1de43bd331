/* SPDX-License-Identifier: MIT */
/* The gate and the keeper's end of their socket: who is told what, and what may be read only when. */
#include "unit/agent/daemon/gate/kept.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define READ_STORAGE "  - {name: look, match: {bus: usb, interfaces: [storage]}, action: read-only}\n"

static struct kept k;

static void given_a_terminal(void) {
        kept_begin(&k);
}

static void drop(void) {
        kept_end(&k);
}

TestSuite(gate_keeper, .init = given_a_terminal, .fini = drop, .timeout = 90);

Test(gate_keeper, a_disk_for_reading_waits_until_the_plane_is_in_force) {
        const char *stick = plug(k.t.bed, a_stick());

        kept_push(&k, READ_STORAGE);
        cr_assert(until(&k.t, is_kept_out, stick));
        cr_expect_eq(terminal_device(&k.t, stick)->verdict.reason, REASON_READ_ONLY);
        keeper_comes(&k);
        cr_assert(until(&k.t, is_let_in, stick));
        cr_expect_eq(terminal_device(&k.t, stick)->verdict.action, ACTION_READ_ONLY);
        cr_expect(until(&k.t, was_told_to_read, stick));
        cr_expect_eq(k.heard[KEEPER_WRITE].n, 0);
}

Test(gate_keeper, what_is_allowed_is_told_and_what_is_denied_again_too) {
        const char *stick = plug(k.t.bed, a_stick());

        keeper_comes(&k);
        kept_push(&k, RULE_STORAGE);
        cr_assert(until(&k.t, was_told_to_write, stick));
        cr_assert(until(&k.t, is_let_in, stick));
        kept_push(&k, RULE_HID);
        cr_assert(until(&k.t, was_told_to_revoke, stick));
        cr_expect(until(&k.t, is_kept_out, stick));
}

Test(gate_keeper, a_hub_has_no_disks) {
        const char *hub = plug(k.t.bed, a_hub()), *stick = plug(k.t.bed, a_stick());

        keeper_comes(&k);
        kept_push(&k, RULE_HUB RULE_STORAGE);
        cr_assert(until(&k.t, is_let_in, hub));
        cr_assert(until(&k.t, was_told_to_write, stick));
        cr_expect_not(was_told_to_write(&k.t, hub));
}

Test(gate_keeper, nothing_but_disks_can_be_for_reading) {
        const char *camera = plug(k.t.bed, a_camera()), *bad = plug(k.t.bed, a_bad_keyboard());

        keeper_comes(&k);
        kept_push(&k, "  - {name: look, match: {bus: usb}, action: read-only}\n");
        cr_assert(until(&k.t, is_kept_out, camera));
        cr_expect_eq(terminal_device(&k.t, camera)->verdict.reason, REASON_READ_ONLY);
        cr_assert(until(&k.t, is_kept_out, bad));
}

Test(gate_keeper, from_writing_to_reading_the_device_is_cut_off_in_between) {
        const char *stick = plug(k.t.bed, a_stick());
        unsigned records;

        keeper_comes(&k);
        kept_push(&k, RULE_STORAGE);
        cr_assert(until(&k.t, is_let_in, stick));
        cr_expect(bed_wait_bound(k.t.bed, stick, 0, true));
        records = terminal_records("device-allowed");
        kept_push(&k, READ_STORAGE);
        cr_assert(until(&k.t, was_told_to_read, stick));
        cr_assert(until(&k.t, is_let_in, stick));
        cr_expect_gt(terminal_records("device-allowed"), records, "let in anew, and recorded as that");
}

/* From now on nothing can be written there: we follow no link. */
static void nail_down(const char *stick) {
        char path[512], kept[sizeof path + 8];

        (void)snprintf(path, sizeof path, "%s/sys/devices/%s/authorized", bed_root(k.t.bed), stick);
        (void)snprintf(kept, sizeof kept, "%s.kept", path);
        cr_assert_eq(rename(path, kept), 0);
        cr_assert_eq(symlink("authorized.kept", path), 0);
}

Test(gate_keeper, what_cannot_be_cut_off_is_not_granted_for_reading) {
        const char *stick = plug(k.t.bed, a_stick());

        keeper_comes(&k);
        kept_push(&k, RULE_STORAGE);
        cr_assert(until(&k.t, is_let_in, stick));
        nail_down(stick);
        kept_push(&k, READ_STORAGE);
        cr_assert(until(&k.t, was_told_to_revoke, stick));
        cr_expect_eq(k.heard[KEEPER_READ].n, 0, "a mount for writing may still be there");
        cr_expect_eq(terminal_device(&k.t, stick)->verdict.reason, REASON_FAILED);
}

/* By an agent before the one that runs now, which can not cut it off; for reading, if the keeper says so. */
static const char *a_stick_that_is_in(bool for_reading) {
        const char *stick = plug(k.t.bed, a_stick());
        char path[GRANT_PATH];

        kept_push(&k, RULE_STORAGE);
        cr_assert(until(&k.t, is_let_in, stick));
        gate_free(k.t.gate);
        state_free(k.t.state);
        terminal_start(&k.t);
        nail_down(stick);
        (void)snprintf(path, sizeof path, "devices/%s", stick);
        cr_assert_eq(grants_set(&k.grants, path, for_reading ? MODE_READ : MODE_WRITE, 0, 0), 0);
        keeper_comes(&k);
        kept_push(&k, READ_STORAGE);
        return stick;
}

Test(gate_keeper, an_agent_that_starts_does_not_cut_off_what_was_in_for_reading) {
        const char *stick = a_stick_that_is_in(true);

        cr_expect(until(&k.t, was_told_to_read, stick));
}

Test(gate_keeper, an_agent_that_starts_cuts_off_what_was_in_for_writing) {
        const char *stick = a_stick_that_is_in(false);

        cr_assert(until(&k.t, was_told_to_revoke, stick));
        cr_expect_eq(k.heard[KEEPER_READ].n, 0, "a mount for writing may still be there");
}

Test(gate_keeper, a_keeper_that_starts_again_is_told_again_and_one_that_stays_away_takes_reading_with_it) {
        const char *stick = plug(k.t.bed, a_stick());

        keeper_comes(&k);
        kept_push(&k, READ_STORAGE);
        cr_assert(until(&k.t, was_told_to_read, stick));
        cr_assert(until(&k.t, is_let_in, stick));
        keeper_goes(&k);
        k.heard[KEEPER_READ].n = 0;
        keeper_comes(&k);
        cr_assert(until(&k.t, was_told_to_read, stick));
        cr_expect(is_let_in(&k.t, stick), "meanwhile it stayed");
        keeper_goes(&k);
        cr_assert(until(&k.t, is_kept_out, stick));
        cr_expect_eq(terminal_device(&k.t, stick)->verdict.reason, REASON_READ_ONLY);
}
