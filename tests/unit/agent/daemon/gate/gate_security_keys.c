/* SPDX-License-Identifier: MIT */
/* A security key's hidraw opens once its report descriptor was read, and one that lied is cut off. On simulated
 * hardware, with the real observer. */
#include "support/hid.h"
#include "unit/agent/daemon/gate/kept.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static struct kept k;

static void given_a_terminal(void) {
        kept_begin(&k);
        keeper_comes(&k);
}

static void drop(void) {
        kept_end(&k);
}

TestSuite(gate_security_keys, .init = given_a_terminal, .fini = drop, .timeout = 60);

#define RULE_KEYS "  - {name: keys, match: {bus: usb, interfaces: [security-key]}, action: allow}\n"

#define RULE_KEY_AND_MOUSE "  - {name: both, match: {bus: usb, interfaces: [hid-mouse, security-key]}, action: allow}\n"

#define RULE_READER_AND_KEY                                                                                            \
        "  - {name: both, match: {bus: usb, interfaces: [smartcard, security-key]}, action: allow}\n"

/* Generic HID: what it is, it has not said yet. */
static struct hardware a_security_key(void) {
        struct hardware h = hardware_device(0, 0, 0, 0x1209, 0x0c00);

        h.speed = "12";
        hardware_configuration(&h, 1);
        hardware_interface(&h, 0, 0, 3, 0, 0, 2);
        hardware_endpoint(&h, 0x81, 3, 64, 5);
        hardware_endpoint(&h, 0x01, 3, 64, 5);
        return h;
}

static const char *plugged(const char *rules) {
        const char *path;

        kept_push(&k, rules);
        path = plug(k.t.bed, a_security_key());
        cr_assert(until(&k.t, is_let_in, path));
        cr_assert(until(&k.t, was_told_to_write, path));
        cr_expect_not(k.heard[KEEPER_WRITE].last.nodes & NODES_HIDRAW, "it was not read yet");
        return path;
}

static bool hidraw_opens(struct terminal *t, const char *path) {
        return was_told_to_write(t, path) && k.heard[KEEPER_WRITE].last.nodes & NODES_HIDRAW;
}

static bool is_read(struct terminal *t, const char *path) {
        const struct device_facts *f = &terminal_device(t, path)->sighting.facts;

        return f->fido | f->not_fido;
}

static bool came_again(struct terminal *t, const char *path) {
        const struct device *d = terminal_device(t, path);

        return d && d->sighting.devnum == 77;
}

static void reads_both(const char *path) {
        uint8_t both[sizeof hid_report_key + sizeof hid_report_keyboard];

        memcpy(both, hid_report_key, sizeof hid_report_key);
        memcpy(both + sizeof hid_report_key, hid_report_keyboard, sizeof hid_report_keyboard);
        hid_reads(k.t.bed, path, 0, both, sizeof both);
}

Test(gate_security_keys, hidraw_opens_once_the_report_says_nothing_else) {
        const char *path = plugged(RULE_KEYS);

        cr_expect_eq(terminal_records("device-allowed"), 1);
        hid_reads(k.t.bed, path, 0, hid_report_key, sizeof hid_report_key);
        cr_assert(until(&k.t, hidraw_opens, path));
        cr_expect_eq(terminal_records("device-allowed"), 2, "what it turned out to be is recorded");
        cr_expect_eq(k.heard[KEEPER_REVOKE].n, 0);
        cr_expect(is_let_in(&k.t, path));
}

Test(gate_security_keys, one_that_announces_a_keyboard_too_is_cut_off_and_recorded) {
        const char *path = plugged(RULE_KEYS);

        reads_both(path);
        cr_assert(until(&k.t, is_kept_out, path));
        cr_assert(until(&k.t, was_told_to_revoke, path));
        cr_expect_eq(terminal_device(&k.t, path)->verdict.reason, REASON_CONTRADICTED);
        cr_expect_eq(terminal_records("device-revoked"), 1);
        bed_announce(k.t.bed, path, "change");
        kept_push(&k, RULE_KEYS);
        cr_expect(until(&k.t, is_kept_out, path), "for as long as it is plugged in");
        cr_expect_eq(terminal_records("device-revoked"), 1);
}

Test(gate_security_keys, one_that_becomes_a_keyboard_later_is_cut_off) {
        const char *path = plugged(RULE_KEYS);

        hid_reads(k.t.bed, path, 0, hid_report_key, sizeof hid_report_key);
        cr_assert(until(&k.t, hidraw_opens, path));
        hid_reads(k.t.bed, path, 0, hid_report_keyboard, sizeof hid_report_keyboard);
        cr_assert(until(&k.t, is_kept_out, path));
        cr_expect_eq(terminal_device(&k.t, path)->verdict.reason, REASON_CONTRADICTED);
}

/* It would never be read: a tablet's driver makes no HID device. */
Test(gate_security_keys, what_another_driver_for_input_takes_is_cut_off) {
        const char *path = plugged(RULE_KEYS);

        bed_takes(k.t.bed, path, 0, "aiptek");
        cr_assert(until(&k.t, is_kept_out, path));
        cr_expect_eq(terminal_device(&k.t, path)->verdict.reason, REASON_CONTRADICTED);
}

/* It would type a little more each time. */
Test(gate_security_keys, what_deceived_is_not_supposed_to_be_a_key_when_it_comes_again) {
        const char *path = plugged(RULE_KEYS);

        hid_reads(k.t.bed, path, 0, hid_report_keyboard, sizeof hid_report_keyboard);
        cr_assert(until(&k.t, is_kept_out, path));
        hid_leaves(k.t.bed, path, 0);
        bed_write(k.t.bed, path, "devnum", "77\n");
        bed_announce(k.t.bed, path, "add");
        cr_assert(until(&k.t, came_again, path));
        cr_expect(is_kept_out(&k.t, path));
        cr_expect_eq(terminal_device(&k.t, path)->verdict.reason, REASON_NO_RULE);
        cr_expect_eq(terminal_records("device-allowed"), 1);
}

static void comes_again(const char *path) {
        bed_write(k.t.bed, path, "devnum", "77\n");
        bed_announce(k.t.bed, path, "remove");
        bed_announce(k.t.bed, path, "add");
        cr_assert(until(&k.t, came_again, path));
        cr_assert(until(&k.t, is_judged, path));
}

Test(gate_security_keys, what_leaves_before_it_is_read_is_not_supposed_to_be_one_again) {
        const char *path = plugged(RULE_KEYS);

        comes_again(path);
        cr_expect(is_kept_out(&k.t, path));
        cr_expect_eq(terminal_device(&k.t, path)->verdict.reason, REASON_NO_RULE);
        cr_expect_eq(terminal_records("device-allowed"), 1);
}

Test(gate_security_keys, one_that_was_read_may_come_and_go) {
        const char *path = plugged(RULE_KEYS);

        hid_reads(k.t.bed, path, 0, hid_report_key, sizeof hid_report_key);
        cr_assert(until(&k.t, hidraw_opens, path));
        hid_leaves(k.t.bed, path, 0);
        comes_again(path);
        cr_expect(until(&k.t, is_let_in, path));
}

/* A reader and a key in one: where the reader goes, the kernel forgets the device. */
static struct hardware a_reader_with_a_key(void) {
        struct hardware h = a_security_key();

        hardware_interface(&h, 1, 0, 0x0b, 0, 0, 1);
        hardware_endpoint(&h, 0x82, 2, 64, 0);
        return h;
}

static bool is_another_plugging(struct terminal *t, const char *path) {
        return is_kept_out(t, path) && terminal_device(t, path)->sighting.devnum > 40;
}

Test(gate_security_keys, what_the_kernel_forgot_is_read_again) {
        const char *path = plug(k.t.bed, a_reader_with_a_key());

        kept_push(&k, RULE_READER_AND_KEY);
        cr_assert(until(&k.t, is_let_in, path));
        hid_reads(k.t.bed, path, 0, hid_report_key, sizeof hid_report_key);
        cr_assert(until(&k.t, hidraw_opens, path));
        hid_leaves(k.t.bed, path, 0);
        kept_push(&k, RULE_HID);
        cr_assert(until(&k.t, is_another_plugging, path));
        kept_push(&k, RULE_READER_AND_KEY);
        cr_assert(until(&k.t, is_let_in, path));
        cr_expect_not(hidraw_opens(&k.t, path), "it may say something else now");
        hid_reads(k.t.bed, path, 0, hid_report_key, sizeof hid_report_key);
        cr_expect(until(&k.t, hidraw_opens, path));
}

Test(gate_security_keys, by_a_rule_for_input_devices_it_is_one_and_hidraw_stays_shut) {
        const char *path = plugged(RULE_HID);

        hid_reads(k.t.bed, path, 0, hid_report_key, sizeof hid_report_key);
        cr_assert(until(&k.t, is_read, path));
        cr_expect_not(hidraw_opens(&k.t, path));
        cr_expect(is_let_in(&k.t, path));
        cr_expect_eq(terminal_records("device-allowed"), 1);
        kept_push(&k, RULE_KEYS RULE_HID);
        cr_expect(until(&k.t, hidraw_opens, path));
}

Test(gate_security_keys, a_rule_for_one_model_is_for_all_that_it_is) {
        const char *path = plugged("  - {name: by id, match: {bus: usb, id: \"1209:0c00\"}, action: allow}\n");

        hid_reads(k.t.bed, path, 0, hid_report_key, sizeof hid_report_key);
        cr_expect(until(&k.t, hidraw_opens, path));
}

Test(gate_security_keys, what_is_none_stays_by_the_rule_for_input_devices) {
        const char *path = plugged(RULE_KEYS RULE_HID);

        hid_reads(k.t.bed, path, 0, hid_report_keyboard, sizeof hid_report_keyboard);
        cr_assert(until(&k.t, is_read, path));
        cr_expect(is_let_in(&k.t, path));
        cr_expect_not(hidraw_opens(&k.t, path));
        cr_expect_eq(terminal_records("device-allowed"), 1);
}

static struct hardware with_another(struct hardware h, uint8_t subclass, uint8_t protocol) {
        hardware_interface(&h, 1, 0, 3, subclass, protocol, 1);
        hardware_endpoint(&h, 0x82, 3, 64, 5);
        return h;
}

/* Two interfaces of which nobody knows what they are. */
static const char *plugged_with_two(void) {
        const char *path;

        kept_push(&k, RULE_KEYS);
        path = plug(k.t.bed, with_another(a_security_key(), 0, 0));
        cr_assert(until(&k.t, is_let_in, path));
        cr_assert(bed_wait_bound(k.t.bed, path, 0, true));
        cr_assert(bed_settle(k.t.bed));
        return path;
}

static const char *second(const char *path, const char *name) {
        char file[96];

        (void)snprintf(file, sizeof file, "%s:1.1/%s", strrchr(path, '/') + 1, name);
        return bed_read(k.t.bed, path, file);
}

static bool second_is_bound(struct terminal *t, const char *path) {
        return bed_bound(t->bed, path, 1);
}

/* usbhid may wait long for the second, and the first would type meanwhile. */
Test(gate_security_keys, the_first_that_lied_is_cut_off_before_the_second_is_bound) {
        const char *path = plugged_with_two();

        cr_expect_not(bed_bound(k.t.bed, path, 1));
        cr_expect_str_eq(second(path, "authorized"), "0", "or any driver could take it");
        kept_push(&k, RULE_KEYS);
        cr_assert(bed_settle(k.t.bed));
        cr_expect_not(bed_bound(k.t.bed, path, 1), "whatever else happens meanwhile");
        hid_reads(k.t.bed, path, 0, hid_report_keyboard, sizeof hid_report_keyboard);
        cr_assert(until(&k.t, is_kept_out, path));
        cr_assert(bed_settle(k.t.bed));
        cr_expect_not(bed_bound(k.t.bed, path, 1));
}

Test(gate_security_keys, the_second_is_bound_once_the_first_is_read_and_read_itself) {
        const char *path = plugged_with_two();

        hid_reads(k.t.bed, path, 0, hid_report_key, sizeof hid_report_key);
        cr_assert(until(&k.t, second_is_bound, path));
        cr_expect_not(hidraw_opens(&k.t, path), "the second was not read");
        hid_reads(k.t.bed, path, 1, hid_report_key, sizeof hid_report_key);
        cr_assert(until(&k.t, hidraw_opens, path));
        cr_expect(is_let_in(&k.t, path));
        cr_expect(bed_bound(k.t.bed, path, 0));
}

/* It might wait long for that one, too. */
Test(gate_security_keys, what_lost_its_driver_is_bound_again_once_the_key_is_read) {
        const char *path;
        char link[512];

        kept_push(&k, RULE_KEY_AND_MOUSE);
        path = plug(k.t.bed, with_another(a_security_key(), 1, 2));
        cr_assert(until(&k.t, is_let_in, path));
        cr_assert(bed_wait_bound(k.t.bed, path, 1, true), "what may type in any case");
        cr_assert(bed_wait_bound(k.t.bed, path, 0, true));
        (void)snprintf(link, sizeof link, "%s/sys/devices/%s/%s:1.1/driver", bed_root(k.t.bed), path,
                       strrchr(path, '/') + 1);
        cr_assert_eq(unlink(link), 0);
        kept_push(&k, RULE_KEY_AND_MOUSE);
        cr_assert(bed_settle(k.t.bed));
        cr_expect_not(bed_bound(k.t.bed, path, 1));
        hid_reads(k.t.bed, path, 0, hid_report_key, sizeof hid_report_key);
        cr_expect(until(&k.t, second_is_bound, path));
}
