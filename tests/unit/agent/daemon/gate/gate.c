/* SPDX-License-Identifier: MIT */
/* The gate, end to end on simulated hardware: the real observer, the real store, the real log. */
#include "gate/gate.h"

#include "support/inputs.h"
#include "unit/agent/daemon/terminal.h"
#include "unit/clock_set.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

static struct terminal t;
static struct err err;

static void given_a_terminal(void) {
        terminal_begin(&t);
}

static void drop(void) {
        terminal_end(&t);
}

static void push(const char *rules) {
        cr_assert_eq(terminal_push(&t, rules, &err), 0, "%s", err.text);
}

TestSuite(gate_sealed, .init = given_a_terminal, .fini = drop, .timeout = 20);

Test(gate_sealed, lets_people_type_and_keeps_storage_out) {
        const char *keyboard = plug(t.bed, a_keyboard()), *stick = plug(t.bed, a_stick());

        terminal_start(&t);
        cr_assert(until(&t, is_let_in, keyboard));
        cr_expect(bed_wait_bound(t.bed, keyboard, 0, true));
        cr_expect(until(&t, is_kept_out, stick));
        cr_expect_not(bed_bound(t.bed, stick, 0));
}

/* What the kernel shows of it is compared by its class, which is the vendor's. */
Test(gate_sealed, lets_in_a_card_reader_of_the_vendors_class) {
        const char *reader = plug(t.bed, a_vendor_reader()), *phone = plug(t.bed, a_phone());

        terminal_start(&t);
        cr_assert(until(&t, is_let_in, reader));
        cr_expect(bed_wait_bound(t.bed, reader, 0, true));
        cr_expect(until(&t, is_kept_out, phone));
}

Test(gate_sealed, puts_the_kernel_under_default_deny) {
        terminal_start(&t);
        cr_expect(usb_denies_by_default(t.usb));
        cr_expect_str_eq(bed_read(t.bed, "", "/sys/module/usbcore/parameters/authorized_default"), "0");
}

static bool holds_interfaces_back(struct terminal *terminal, const char *path) {
        return strcmp(bed_read(terminal->bed, path, "interface_authorized_default"), "0") == 0;
}

Test(gate_sealed, a_controller_that_comes_later_is_put_under_it_too) {
        const char *late;

        terminal_start(&t);
        late = bed_controller(t.bed, 2);
        cr_expect(until(&t, holds_interfaces_back, late));
        cr_expect_str_eq(bed_read(t.bed, late, "authorized_default"), "0");
}

TestSuite(gate, .init = given_a_terminal, .fini = drop, .timeout = 20);

Test(gate, a_push_decides_again_about_what_is_plugged_in) {
        const char *stick = plug(t.bed, a_stick());

        terminal_start(&t);
        push(RULE_HID);
        cr_assert(until(&t, is_kept_out, stick));
        push(RULE_HID RULE_STORAGE);
        cr_expect(until(&t, is_let_in, stick));
        cr_expect(bed_wait_bound(t.bed, stick, 0, true));
        push(RULE_HID);
        cr_expect(until(&t, is_kept_out, stick));
        cr_expect(bed_wait_bound(t.bed, stick, 0, false));
        cr_expect_eq(terminal_records("device-revoked"), 1);
}

#define RULE_OF_THE_TAX_SECTION                                                                                        \
        "  - {name: tax, match: {bus: usb, interfaces: [storage]}, users: [\"group:nozei\"], action: allow}\n"

Test(gate, a_rule_for_people_holds_while_they_sit_there) {
        static const char *const nozei[] = { "staff", "nozei", NULL }, *const others[] = { "staff", NULL };
        const char *stick = plug(t.bed, a_stick());

        terminal_start(&t);
        push(RULE_HID RULE_OF_THE_TAX_SECTION);
        cr_assert(until(&t, is_kept_out, stick), "nobody is there yet");
        gate_set_seated(t.gate, &(struct person){ "tanaka", nozei });
        cr_expect(until(&t, is_let_in, stick));
        cr_expect(bed_wait_bound(t.bed, stick, 0, true));
        gate_set_seated(t.gate, &(struct person){ "suzuki", others });
        cr_expect(until(&t, is_kept_out, stick), "somebody else came");
        cr_expect(bed_wait_bound(t.bed, stick, 0, false));
        gate_set_seated(t.gate, &(struct person){ "tanaka", nozei });
        cr_expect(until(&t, is_let_in, stick));
        gate_set_seated(t.gate, NULL);
        cr_expect(until(&t, is_kept_out, stick), "they left");
        cr_expect_eq(terminal_records("device-revoked"), 2);
}

Test(gate, a_refusal_is_recorded_once_with_a_number_to_read_out) {
        const char *stick;

        terminal_start(&t);
        push(RULE_HID);
        stick = plug(t.bed, a_stick());
        cr_assert(until(&t, is_kept_out, stick));
        bed_announce(t.bed, stick, "change");
        bed_announce(t.bed, plug(t.bed, a_mouse()), "change");
        cr_assert(until(&t, is_kept_out, stick));
        cr_expect_eq(strlen(terminal_device(&t, stick)->request), 7);
        cr_expect_eq(terminal_records("device-refused"), 1);
}

static bool is_known(struct terminal *terminal, const char *path) {
        const struct device *d = terminal_device(terminal, path);

        return d && d->judged;
}

Test(gate, nothing_is_let_in_before_the_kernel_has_set_it_up) {
        const char *stick;

        terminal_start(&t);
        push(RULE_HID RULE_STORAGE);
        stick = plug_slowly(t.bed, a_stick());
        cr_assert(until(&t, is_known, stick));
        cr_expect_str_eq(bed_read(t.bed, stick, "authorized"), "0");
        cr_expect_eq(terminal_records("device-allowed"), 0, "what has not happened is not recorded");
        bed_set_up(t.bed, stick);
        cr_expect(until(&t, is_let_in, stick));
        cr_expect(bed_wait_bound(t.bed, stick, 0, true));
        cr_expect_eq(terminal_records("device-allowed"), 1);
}

Test(gate, a_keyboard_that_is_also_storage_is_judged_by_its_worst_interface) {
        const char *bad = plug(t.bed, a_bad_keyboard());

        terminal_start(&t);
        push(RULE_HID);
        cr_expect(until(&t, is_kept_out, bad));
}

Test(gate, partial_binds_only_what_the_rule_names) {
        const char *bad = plug(t.bed, a_bad_keyboard());

        terminal_start(&t);
        push("  - {name: keys, match: {bus: usb, interfaces: [hid]}, partial: true, action: allow}\n");
        cr_assert(until(&t, is_let_in, bad));
        cr_expect(bed_wait_bound(t.bed, bad, 0, true));
        cr_expect_not(bed_bound(t.bed, bad, 1));
}

Test(gate, a_reader_works_while_what_its_maker_added_stays_unbound) {
        const char *reader = plug(t.bed, a_felica_reader());

        terminal_start(&t);
        cr_assert(until(&t, is_kept_out, reader));
        push("  - {name: reader, match: {bus: usb, interfaces: [smartcard]}, partial: true, action: allow}\n");
        cr_assert(until(&t, is_let_in, reader));
        cr_expect(bed_wait_bound(t.bed, reader, 0, true));
        cr_expect_not(bed_bound(t.bed, reader, 1));
}

Test(gate, the_kernel_has_the_last_word_about_interfaces) {
        const char *keyboard = plug(t.bed, a_keyboard());
        char interface[64];

        (void)snprintf(interface, sizeof interface, "%s:1.0/bInterfaceClass", strrchr(keyboard, '/') + 1);
        bed_write(t.bed, keyboard, interface, "08\n");
        terminal_start(&t);
        push(RULE_HID);
        cr_assert(until(&t, is_kept_out, keyboard));
        cr_expect_eq(terminal_device(&t, keyboard)->verdict.reason, REASON_CONTRADICTED);
        cr_expect_not(bed_bound(t.bed, keyboard, 0));
}

Test(gate, read_only_is_refused_until_it_can_be_enforced) {
        const char *stick = plug(t.bed, a_stick());

        terminal_start(&t);
        push("  - {name: look, match: {bus: usb, interfaces: [storage]}, action: read-only}\n");
        cr_assert(until(&t, is_kept_out, stick));
        cr_expect_eq(terminal_device(&t, stick)->verdict.reason, REASON_READ_ONLY);
}

Test(gate, what_cannot_be_recorded_is_not_let_in_except_what_people_need) {
        struct rlimit none = { 0, RLIM_INFINITY }, saved;
        const char *keyboard, *stick;

        terminal_start(&t);
        push(RULE_HID RULE_STORAGE);
        (void)signal(SIGXFSZ, SIG_IGN);
        cr_assert_eq(getrlimit(RLIMIT_FSIZE, &saved), 0);
        keyboard = plug(t.bed, a_keyboard()), stick = plug(t.bed, a_stick());
        none.rlim_cur = 4; /* sysfs files of the bed are small; the log is not */
        cr_assert_eq(setrlimit(RLIMIT_FSIZE, &none), 0);
        cr_expect(until(&t, is_let_in, keyboard));
        cr_expect(until(&t, is_kept_out, stick));
        cr_expect_eq(terminal_device(&t, stick)->verdict.reason, REASON_UNRECORDED);
        cr_assert_eq(setrlimit(RLIMIT_FSIZE, &saved), 0);
        push(RULE_HID RULE_STORAGE);
        cr_expect(until(&t, is_let_in, stick));
}

TestSuite(gate_push, .init = given_a_terminal, .fini = drop, .timeout = 20);

Test(gate_push, a_policy_that_denies_the_only_keyboard_is_refused) {
        const char *keyboard = plug(t.bed, a_keyboard());

        terminal_start(&t);
        push(RULE_HID);
        cr_assert(until(&t, is_let_in, keyboard));
        cr_expect_eq(terminal_push(&t, RULE_HUB, &err), -EPERM);
        cr_expect(strstr(err.text, "keyboard"));
        cr_expect_eq(policy_serial(state_policy(t.state)), 1);
        cr_expect_eq(terminal_records("policy-refused"), 1);
        cr_expect(is_let_in(&t, keyboard));
}

Test(gate_push, so_is_one_that_denies_the_hub_above_it) {
        const char *hub = plug(t.bed, a_hub()), *keyboard = plug_into(t.bed, hub, a_keyboard());

        terminal_start(&t);
        push(RULE_HID RULE_HUB);
        cr_assert(until(&t, is_let_in, keyboard));
        cr_expect_eq(terminal_push(&t, RULE_HID, &err), -EPERM);
}

Test(gate_push, a_laptops_own_keyboard_makes_it_possible) {
        const char *keyboard = plug(t.bed, a_keyboard());

        terminal_start(&t);
        push(RULE_HID);
        cr_assert(until(&t, is_let_in, keyboard));
        case_set(bed_root(t.bed), "10");
        input_add(bed_root(t.bed), 0, "LNXSYSTM:00/LNXPWRBN:00", "0019", KEYS_POWER);
        cr_expect_eq(terminal_push(&t, RULE_HUB, &err), -EPERM, "a power button is none");
        input_add(bed_root(t.bed), 1, "platform/i8042/serio0", "0011", KEYS_KEYBOARD);
        push(RULE_HUB);
        cr_expect(until(&t, is_kept_out, keyboard));
}

Test(gate_push, a_second_keyboard_makes_it_possible) {
        const char *one = plug(t.bed, a_keyboard()), *other = plug(t.bed, a_qemu_keyboard());

        terminal_start(&t);
        push(RULE_HID);
        cr_assert(until(&t, is_let_in, one));
        cr_assert(until(&t, is_let_in, other));
        push("  - {name: other, match: {bus: usb, id: \"0627:*\", interfaces: [hid]}, action: allow}\n");
        cr_expect(until(&t, is_kept_out, one));
        cr_expect(is_let_in(&t, other));
}

TestSuite(gate_observer, .init = given_a_terminal, .fini = drop, .timeout = 20);

static pid_t gone;

static bool another_observer(struct terminal *terminal, const char *path) {
        (void)path;
        return gate_observer(terminal->gate) > 0 && gate_observer(terminal->gate) != gone
               && gate_settled(terminal->gate);
}

static bool settled(struct terminal *terminal, const char *path) {
        (void)path;
        return gate_settled(terminal->gate);
}

Test(gate_observer, a_killed_one_is_replaced_and_what_was_missed_is_found) {
        const char *mouse, *stick;

        terminal_start(&t);
        push(RULE_HID);
        cr_assert(until(&t, settled, NULL));
        gone = gate_observer(t.gate);
        cr_assert_eq(kill(gone, SIGKILL), 0);
        mouse = plug_silently(t.bed, a_mouse()), stick = plug_silently(t.bed, a_stick());
        cr_assert(until(&t, another_observer, NULL));
        cr_expect(until(&t, is_let_in, mouse));
        cr_expect(until(&t, is_kept_out, stick));
        cr_expect_eq(terminal_records("observer-lost"), 1);
}

Test(gate_observer, a_device_that_left_unseen_is_forgotten_at_the_next_scan) {
        const char *mouse = plug(t.bed, a_mouse());

        terminal_start(&t);
        push(RULE_HID);
        cr_assert(until(&t, is_let_in, mouse));
        cr_assert(until(&t, settled, NULL));
        gone = gate_observer(t.gate);
        cr_assert_eq(kill(gone, SIGSTOP), 0);
        unplug(t.bed, mouse);
        cr_assert_eq(kill(gone, SIGKILL), 0);
        cr_assert(until(&t, another_observer, NULL));
        cr_expect_null(terminal_device(&t, mouse));
}

/* By a person, or because the computer slept: what was plugged in meanwhile was announced to nobody. */
Test(gate_observer, is_asked_for_everything_when_the_clock_was_set) {
        const char *mouse, *stick;

        terminal_start(&t);
        push(RULE_HID);
        cr_assert(until(&t, settled, NULL));
        mouse = plug_silently(t.bed, a_mouse()), stick = plug_silently(t.bed, a_stick());
        push(RULE_HID);
        cr_expect_null(terminal_device(&t, mouse), "a push alone is no reason to look");
        clock_will_be_set();
        push(RULE_HID);
        cr_expect(until(&t, is_let_in, mouse));
        cr_expect(until(&t, is_kept_out, stick));
        cr_expect_eq(terminal_records("observer-lost"), 0);
}
