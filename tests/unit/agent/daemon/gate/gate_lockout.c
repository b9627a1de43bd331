/* SPDX-License-Identifier: MIT */
/* A push that takes the last keyboard is refused, and what only calls itself a keyboard is none that is left. */
#include "gate/inside.h"
#include "unit/agent/daemon/terminal.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <string.h>

/* A keyboard that is also a disk, in as one of the two. */
#define RULE_DISK_OF_IT "  - {name: its disk, match: {bus: usb, interfaces: [storage]}, partial: true, action: allow}\n"
#define RULE_KEYS_OF_IT "  - {name: its keys, match: {bus: usb, interfaces: [hid]}, partial: true, action: allow}\n"

static struct terminal t;
static struct err err;

static void given_a_terminal(void) {
        terminal_begin(&t);
        terminal_start(&t);
}

static void drop(void) {
        terminal_end(&t);
}

static void push(const char *rules) {
        cr_assert_eq(terminal_push(&t, rules, &err), 0, "%s", err.text);
}

static const char *let_in(const char *path) {
        cr_assert(until(&t, is_let_in, path));
        return path;
}

static bool has_seen_all(struct terminal *terminal, const char *path) {
        (void)path;
        return gate_settled(terminal->gate);
}

TestSuite(gate_lockout, .init = given_a_terminal, .fini = drop, .timeout = 20);

Test(gate_lockout, what_is_in_without_its_keys_is_no_keyboard_that_is_left) {
        const char *keyboard, *bad;

        push(RULE_HID RULE_DISK_OF_IT);
        keyboard = let_in(plug(t.bed, a_keyboard()));
        bad = let_in(plug(t.bed, a_bad_keyboard()));
        cr_assert_not(bed_bound(t.bed, bad, 0), "nobody can type with it");
        cr_expect_eq(terminal_push(&t, RULE_DISK_OF_IT, &err), -EPERM);
        cr_expect(strstr(err.text, "046d:c31c"), "%s", err.text);
        cr_expect(is_let_in(&t, keyboard));
}

Test(gate_lockout, what_would_be_in_without_its_keys_is_none_either) {
        push(RULE_HID RULE_KEYS_OF_IT);
        (void)let_in(plug(t.bed, a_keyboard()));
        (void)let_in(plug(t.bed, a_bad_keyboard()));
        cr_expect_eq(terminal_push(&t, RULE_DISK_OF_IT, &err), -EPERM);
        push(RULE_KEYS_OF_IT);
}

Test(gate_lockout, what_never_typed_may_go) {
        const char *bad;

        push(RULE_DISK_OF_IT);
        bad = let_in(plug(t.bed, a_bad_keyboard()));
        push(RULE_HID);
        cr_expect(is_kept_out(&t, bad));
}

Test(gate_lockout, in_observe_everything_types) {
        push(RULE_DISK_OF_IT);
        cr_assert_eq(state_set_stage(t.state, STAGE_OBSERVE, 0, &err), 0, "%s", err.text);
        (void)let_in(plug(t.bed, a_bad_keyboard()));
        cr_assert(until(&t, has_seen_all, NULL));
        cr_expect_eq(state_set_stage(t.state, STAGE_DEVICES, 0, &err), -EPERM, "its keys would be taken");
}

/* A driver of a disk takes it: until it is unplugged it is refused, whatever a rule says, and in observe it is in. */
static const char *that_lied(const char *path) {
        cr_assert(bed_settle(t.bed));
        bed_takes(t.bed, path, 0, "usb-storage");
        cr_assert(until(&t, is_kept_out, path));
        return path;
}

static int enforcing_begins_again(void) {
        cr_assert_eq(state_set_stage(t.state, STAGE_OBSERVE, 0, &err), 0, "%s", err.text);
        cr_assert(until(&t, has_seen_all, NULL));
        return state_set_stage(t.state, STAGE_DEVICES, 0, &err);
}

Test(gate_lockout, what_lied_is_none_that_is_left) {
        const char *keyboard;

        push(RULE_HID);
        keyboard = that_lied(let_in(plug(t.bed, a_keyboard())));
        cr_expect_eq(enforcing_begins_again(), -EPERM);
        cr_expect(is_let_in(&t, keyboard));
        cr_expect_eq(terminal_device(&t, keyboard)->verdict.reason, REASON_CONTRADICTED, "and that is what is shown");
        (void)let_in(plug(t.bed, a_qemu_keyboard()));
        cr_expect_eq(state_set_stage(t.state, STAGE_DEVICES, 0, &err), 0, "%s", err.text);
        cr_expect(is_kept_out(&t, keyboard));
}

Test(gate_lockout, nor_is_one_behind_a_hub_that_lied) {
        const char *hub;

        push(RULE_HID RULE_HUB);
        hub = that_lied(let_in(plug(t.bed, a_hub())));
        cr_assert_eq(state_set_stage(t.state, STAGE_OBSERVE, 0, &err), 0, "%s", err.text);
        (void)let_in(plug_into(t.bed, hub, a_keyboard()));
        cr_assert(until(&t, has_seen_all, NULL));
        cr_expect_eq(state_set_stage(t.state, STAGE_DEVICES, 0, &err), -EPERM);
}

/* As if a program had it open, and no port let go of it. */
static void that_is_held(const char *path) {
        for (struct device *d = t.gate->table.first; d; d = d->next)
                if (strcmp(d->sighting.path, path) == 0)
                        d->forget = FORGET_HELD;
}

Test(gate_lockout, nor_is_one_that_the_kernel_did_not_let_go_of) {
        push(RULE_HID);
        cr_assert_eq(state_set_stage(t.state, STAGE_OBSERVE, 0, &err), 0, "%s", err.text);
        that_is_held(let_in(plug(t.bed, a_keyboard())));
        cr_expect_eq(enforcing_begins_again(), -EPERM);
}

/* A hub, and something of its maker's. */
static struct hardware a_hub_and_more(void) {
        struct hardware h = hardware_device(0, 0, 0, 0x05e3, 0x0620);

        h.speed = "480";
        hardware_configuration(&h, 1);
        hardware_interface(&h, 0, 0, 9, 0, 0, 1);
        hardware_endpoint(&h, 0x81, 3, 1, 12);
        hardware_interface(&h, 1, 0, 0xff, 0, 0, 1);
        hardware_endpoint(&h, 0x82, 2, 64, 0);
        return h;
}

#define RULE_PART_OF_HUB(kind)                                                                                         \
        "  - {name: part, match: {bus: usb, id: \"05e3:0620\", interfaces: [" kind "]}, partial: true, action: allow}\n"

Test(gate_lockout, behind_a_hub_of_which_only_the_rest_is_let_in_no_keyboard_is_left) {
        const char *hub;

        push(RULE_HID RULE_PART_OF_HUB("hub"));
        hub = let_in(plug(t.bed, a_hub_and_more()));
        (void)let_in(plug_into(t.bed, hub, a_keyboard()));
        cr_expect_eq(terminal_push(&t, RULE_HID RULE_PART_OF_HUB("vendor"), &err), -EPERM);
        push(RULE_HID RULE_PART_OF_HUB("hub"));
}
