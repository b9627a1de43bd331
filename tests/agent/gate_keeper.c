/* SPDX-License-Identifier: MIT */
/* The gate and the keeper's end of their socket: who is told what, and what may be read only when. */
#include "gate/gate.h"
#include "keeper/orders.h"

#include "agent/terminal.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define READ_STORAGE "  - {name: look, match: {bus: usb, interfaces: [storage]}, action: read-only}\n"

static struct terminal t;
static struct orders *orders;
static struct grants grants;
static struct keeper *keeper;
static struct err err;
static struct {
        unsigned n;
        struct keeper_order last;
} heard[KEEPER_ORDERS];

static void given(void *ctx, const struct keeper_order *o) {
        (void)ctx;
        heard[o->type].n++;
        heard[o->type].last = *o;
}

static void changed(void *ctx) {
        (void)ctx;
        gate_keep(t.gate, keeper);
}

static void given_a_terminal(void) {
        terminal_begin(&t);
        terminal_start(&t);
        cr_assert_eq(keeper_new(t.loop, ".", changed, NULL, &keeper, &err), 0, "%s", err.text);
        gate_keep(t.gate, keeper);
}

static void drop(void) {
        orders_free(orders);
        gate_free(t.gate);
        t.gate = NULL;
        keeper_free(keeper);
        terminal_end(&t);
}

static void keeper_comes(void) {
        cr_assert_eq(orders_new(t.loop, ".", &grants, given, NULL, &orders, &err), 0, "%s", err.text);
}

static void push(const char *rules) {
        cr_assert_eq(terminal_push(&t, rules, &err), 0, "%s", err.text);
}

static bool was_told_to_read(struct terminal *terminal, const char *path) {
        (void)terminal;
        return heard[KEEPER_READ].n && strcmp(heard[KEEPER_READ].last.path, path) == 0;
}

static bool was_told_to_write(struct terminal *terminal, const char *path) {
        (void)terminal;
        return heard[KEEPER_WRITE].n && strcmp(heard[KEEPER_WRITE].last.path, path) == 0;
}

static bool was_told_to_revoke(struct terminal *terminal, const char *path) {
        (void)terminal;
        return heard[KEEPER_REVOKE].n && strcmp(heard[KEEPER_REVOKE].last.path, path) == 0;
}

TestSuite(gate_keeper, .init = given_a_terminal, .fini = drop, .timeout = 40);

Test(gate_keeper, a_disk_for_reading_waits_until_the_plane_is_in_force) {
        const char *stick = plug(t.bed, a_stick());

        push(READ_STORAGE);
        cr_assert(until(&t, is_kept_out, stick));
        cr_expect_eq(terminal_device(&t, stick)->verdict.reason, REASON_READ_ONLY);
        keeper_comes();
        cr_assert(until(&t, is_let_in, stick));
        cr_expect_eq(terminal_device(&t, stick)->verdict.action, ACTION_READ_ONLY);
        cr_expect(until(&t, was_told_to_read, stick));
        cr_expect_eq(heard[KEEPER_WRITE].n, 0);
}

Test(gate_keeper, what_is_allowed_is_told_and_what_is_denied_again_too) {
        const char *stick = plug(t.bed, a_stick());

        keeper_comes();
        push(RULE_STORAGE);
        cr_assert(until(&t, was_told_to_write, stick));
        cr_assert(until(&t, is_let_in, stick));
        push(RULE_HID);
        cr_assert(until(&t, was_told_to_revoke, stick));
        cr_expect(until(&t, is_kept_out, stick));
}

Test(gate_keeper, a_hub_has_no_disks) {
        const char *hub = plug(t.bed, a_hub()), *stick = plug(t.bed, a_stick());

        keeper_comes();
        push(RULE_HUB RULE_STORAGE);
        cr_assert(until(&t, is_let_in, hub));
        cr_assert(until(&t, was_told_to_write, stick));
        cr_expect_not(was_told_to_write(&t, hub));
}

Test(gate_keeper, nothing_but_disks_can_be_for_reading) {
        const char *camera = plug(t.bed, a_camera()), *bad = plug(t.bed, a_bad_keyboard());

        keeper_comes();
        push("  - {name: look, match: {bus: usb}, action: read-only}\n");
        cr_assert(until(&t, is_kept_out, camera));
        cr_expect_eq(terminal_device(&t, camera)->verdict.reason, REASON_READ_ONLY);
        cr_assert(until(&t, is_kept_out, bad));
}

Test(gate_keeper, from_writing_to_reading_the_device_is_cut_off_in_between) {
        const char *stick = plug(t.bed, a_stick());
        unsigned records;

        keeper_comes();
        push(RULE_STORAGE);
        cr_assert(until(&t, is_let_in, stick));
        cr_expect(bed_wait_bound(t.bed, stick, 0, true));
        records = terminal_records("device-allowed");
        push(READ_STORAGE);
        cr_assert(until(&t, was_told_to_read, stick));
        cr_assert(until(&t, is_let_in, stick));
        cr_expect_gt(terminal_records("device-allowed"), records, "let in anew, and recorded as that");
}

Test(gate_keeper, what_cannot_be_cut_off_is_not_granted_for_reading) {
        const char *stick = plug(t.bed, a_stick());
        char path[512], kept[sizeof path + 8];

        keeper_comes();
        push(RULE_STORAGE);
        cr_assert(until(&t, is_let_in, stick));
        (void)snprintf(path, sizeof path, "%s/sys/devices/%s/authorized", bed_root(t.bed), stick);
        (void)snprintf(kept, sizeof kept, "%s.kept", path);
        cr_assert_eq(rename(path, kept), 0);
        cr_assert_eq(symlink("authorized.kept", path), 0); /* we follow no link: each write to it fails */
        push(READ_STORAGE);
        cr_assert(until(&t, was_told_to_revoke, stick));
        cr_expect_eq(heard[KEEPER_READ].n, 0, "a mount for writing may still be there");
        cr_expect_eq(terminal_device(&t, stick)->verdict.reason, REASON_FAILED);
}

Test(gate_keeper, a_keeper_that_starts_again_is_told_again_and_one_that_stays_away_takes_reading_with_it) {
        const char *stick = plug(t.bed, a_stick());

        keeper_comes();
        push(READ_STORAGE);
        cr_assert(until(&t, was_told_to_read, stick));
        cr_assert(until(&t, is_let_in, stick));
        orders_free(orders);
        heard[KEEPER_READ].n = 0;
        keeper_comes();
        cr_assert(until(&t, was_told_to_read, stick));
        cr_expect(is_let_in(&t, stick), "meanwhile it stayed");
        orders_free(orders);
        orders = NULL;
        cr_assert(until(&t, is_kept_out, stick));
        cr_expect_eq(terminal_device(&t, stick)->verdict.reason, REASON_READ_ONLY);
}
