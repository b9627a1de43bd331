/* SPDX-License-Identifier: MIT */
/* Agent and keeper were both killed, and the agent is back first: what is in stays in for as long as the keeper may
 * take, and nothing else comes in. */
#include "unit/agent/daemon/gate/plugging.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#define STORAGE(rest) "  - {name: look, match: {bus: usb, interfaces: [storage]}, " rest "}\n"
#define TO_READ STORAGE("action: read-only")
#define ENCRYPTED STORAGE("encrypted: required, action: allow")

static struct kept k;

static void given_a_terminal(void) {
        kept_begin(&k);
}

static void drop(void) {
        kept_end(&k);
}

static bool is_in(struct terminal *t, const char *path) {
        return strcmp(bed_read(t->bed, path, "authorized"), "1") == 0;
}

/* Sighted, and everything else, too. */
static bool is_known(struct terminal *t, const char *path) {
        return terminal_device(t, path) && gate_settled(t->gate);
}

static bool is_let_be(struct terminal *t, const char *path) {
        return is_known(t, path) && !is_judged(t, path) && is_in(t, path);
}

static void pin(void) {
        static const char *const folders[] = { "/sys/fs", "/sys/fs/bpf", "/sys/fs/bpf/sekimori" };
        char path[512];
        FILE *f;

        for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
                (void)snprintf(path, sizeof path, "%s%s", bed_root(k.t.bed), folders[i]);
                (void)mkdir(path, 0755);
        }
        (void)snprintf(path, sizeof path, "%s/sys/fs/bpf/sekimori/link", bed_root(k.t.bed));
        f = fopen(path, "we");
        cr_assert(f && fclose(f) == 0);
}

/* The keeper first: what it had in force stays pinned, or, without `pinned`, it never was. */
static void both_are_killed(bool pinned) {
        if (pinned)
                pin();
        keeper_goes(&k);
        kept_starts_again(&k);
        memset(k.heard, 0, sizeof k.heard);
}

static void keeper_is_back_with(const char *path, unsigned mode) {
        char whole[GRANT_PATH];

        (void)snprintf(whole, sizeof whole, "devices/%s", path);
        cr_assert_eq(grants_set(&k.grants, whole, mode, 0, 0), 0);
        keeper_comes(&k);
}

/* Let in by an agent and a keeper that were killed. */
static const char *a_stick_in_use(const char *rules, bool pinned) {
        const char *stick = plug(k.t.bed, a_stick());

        keeper_comes(&k);
        kept_push(&k, rules);
        if (strcmp(rules, ENCRYPTED) == 0) {
                cr_assert(until(&k.t, was_told_to_look, stick));
                keeper_finds(&k, stick, 41, MEDIUM_ENCRYPTED, 0);
        }
        cr_assert(until(&k.t, is_let_in, stick) && bed_wait_bound(k.t.bed, stick, 0, true));
        both_are_killed(pinned);
        return stick;
}

TestSuite(gate_held, .init = given_a_terminal, .fini = drop, .timeout = 90);

Test(gate_held, what_was_in_for_reading_stays_until_the_keeper_is_back) {
        const char *stick = a_stick_in_use(TO_READ, true);
        unsigned refused = terminal_records("device-refused");

        cr_assert(until(&k.t, is_let_be, stick));
        cr_expect(bed_bound(k.t.bed, stick, 0));
        keeper_is_back_with(stick, MODE_READ);
        cr_assert(until(&k.t, was_told_to_read, stick));
        cr_assert(until(&k.t, is_let_in, stick));
        cr_expect_eq(terminal_records("device-refused"), refused);
        cr_expect_eq(k.heard[KEEPER_REVOKE].n, 0);
}

Test(gate_held, a_medium_in_use_is_looked_at_again_and_not_cut_off) {
        const char *stick = a_stick_in_use(ENCRYPTED, true);
        unsigned refused = terminal_records("device-refused");

        cr_assert(until(&k.t, is_let_be, stick));
        keeper_is_back_with(stick, MODE_WRITE);
        cr_assert(until(&k.t, was_told_to_look, stick));
        cr_expect(is_in(&k.t, stick));
        keeper_finds(&k, stick, 41, MEDIUM_ENCRYPTED, 0);
        cr_assert(until(&k.t, is_let_in, stick));
        cr_expect_eq(terminal_records("device-refused"), refused);
}

Test(gate_held, a_keeper_that_does_not_come_back_takes_reading_with_it) {
        const char *stick = a_stick_in_use(TO_READ, true);

        cr_assert(until(&k.t, is_let_be, stick));
        cr_assert(until(&k.t, is_kept_out, stick), "after twenty seconds");
        cr_expect_eq(terminal_device(&k.t, stick)->verdict.reason, REASON_READ_ONLY);
}

Test(gate_held, where_no_plane_is_pinned_nobody_is_waited_for) {
        const char *stick = a_stick_in_use(TO_READ, false);

        cr_assert(until(&k.t, is_known, stick));
        cr_expect(is_kept_out(&k.t, stick));
}

Test(gate_held, nothing_comes_in_meanwhile) {
        const char *in = a_stick_in_use(TO_READ, true), *other;

        cr_assert(until(&k.t, is_let_be, in));
        other = plug(k.t.bed, a_stick());
        cr_assert(until(&k.t, is_kept_out, other));
        cr_expect(is_let_be(&k.t, in));
}

Test(gate_held, whoever_is_taken_by_another_driver_is_cut_off_at_once) {
        const char *stick = a_stick_in_use(TO_READ, true);

        cr_assert(until(&k.t, is_let_be, stick));
        bed_takes(k.t.bed, stick, 0, "usbhid");
        cr_assert(until(&k.t, is_kept_out, stick));
        cr_expect_eq(terminal_device(&k.t, stick)->verdict.reason, REASON_CONTRADICTED);
}

Test(gate_held, a_policy_that_denies_needs_no_keeper) {
        const char *stick = a_stick_in_use(TO_READ, true);

        cr_assert(until(&k.t, is_let_be, stick));
        kept_push(&k, RULE_HID);
        cr_expect(until(&k.t, is_kept_out, stick));
}

/* What it was let in as before is not known: programs may have it open by usbfs. */
Test(gate_held, what_was_in_for_more_comes_back_as_another_plugging) {
        const char *camera = plug(k.t.bed, with_a_disk(a_camera()));

        keeper_comes(&k);
        kept_push(&k, RULE_HID RULE_CAMERA_BY_ID);
        cr_assert(until(&k.t, was_told_to_write, camera));
        cr_assert(until(&k.t, is_let_in, camera));
        pin();
        keeper_goes(&k);
        kept_starts_again_with(&k, RULE_HID RULE_TO_READ);
        cr_assert(until(&k.t, is_let_be, camera));
        keeper_comes(&k);
        cr_expect(until(&k.t, is_in_again, camera));
}
