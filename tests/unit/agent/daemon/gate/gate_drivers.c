/* SPDX-License-Identifier: MIT */
/* What a device may do is what its drivers do: bound to one of its own kind, or cut off. On simulated hardware. */
#include "gate/inside.h"

#include "support/hid.h"
#include "unit/agent/daemon/terminal.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#define RULE_NO_CAMERAS "  - {name: none, match: {bus: usb, interfaces: [still-image]}, action: deny}\n"
#define RULE_VENDOR "  - {name: vendor, match: {bus: usb, interfaces: [vendor]}, action: allow}\n"

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

static enum reason reason_of(const char *path) {
        for (const struct device *d = gate_devices(t.gate); d; d = d->next)
                if (strcmp(d->sighting.path, path) == 0)
                        return d->verdict.reason;
        return REASON_NO_RULE;
}

TestSuite(gate_drivers, .init = given_a_terminal, .fini = drop, .timeout = 20);

#define RULE_CARDS "  - {name: cards, match: {bus: usb, interfaces: [smartcard]}, action: allow}\n"

Test(gate_drivers, a_keyboard_is_bound_to_usbhid) {
        const char *keyboard = plug(t.bed, a_keyboard());

        terminal_start(&t);
        cr_assert(until(&t, is_let_in, keyboard));
        cr_assert(bed_wait_bound(t.bed, keyboard, 0, true));
        cr_expect(strstr(bed_driver(t.bed, keyboard, 0), "usbhid"));
}

Test(gate_drivers, a_keyboard_that_a_disk_driver_has_is_none) {
        const char *keyboard = plug_silently(t.bed, a_keyboard());

        bed_takes(t.bed, keyboard, 0, "usb-storage");
        bed_announce(t.bed, keyboard, "add");
        terminal_start(&t);
        cr_assert(until(&t, is_kept_out, keyboard));
        cr_expect_eq(reason_of(keyboard), REASON_CONTRADICTED);
}

Test(gate_drivers, a_reader_that_a_disk_driver_takes_later_is_kept_out_and_recorded) {
        const char *reader = plug(t.bed, a_card_reader());

        terminal_start(&t);
        push(RULE_HID RULE_CARDS);
        cr_assert(until(&t, is_let_in, reader));
        bed_takes(t.bed, reader, 0, "ums-realtek");
        cr_assert(until(&t, is_kept_out, reader));
        cr_expect_eq(reason_of(reader), REASON_CONTRADICTED);
        cr_expect_eq(terminal_records("device-revoked"), 1);
}

Test(gate_drivers, a_program_may_take_a_reader) {
        const char *reader = plug(t.bed, a_card_reader()), *mouse;

        terminal_start(&t);
        push(RULE_HID RULE_CARDS);
        cr_assert(until(&t, is_let_in, reader));
        bed_takes(t.bed, reader, 0, "usbfs");
        mouse = plug(t.bed, a_mouse());
        cr_assert(until(&t, is_let_in, mouse), "what is announced later has been heard");
        cr_expect(is_let_in(&t, reader));
}

static bool interface_is_authorized(struct terminal *terminal, const char *path) {
        char name[64];

        (void)snprintf(name, sizeof name, "%s:1.0/authorized", strrchr(path, '/') + 1);
        return strcmp(bed_read(terminal->bed, path, name), "1") == 0;
}

Test(gate_drivers, no_interface_is_authorized_before_its_driver_is_there) {
        const char *stick = plug(t.bed, a_stick());

        bed_unregister(t.bed, "usb-storage");
        terminal_start(&t);
        push(RULE_HID RULE_STORAGE);
        cr_assert(until(&t, is_let_in, stick));
        cr_expect_not(interface_is_authorized(&t, stick), "any other driver could take it");
        bed_register(t.bed, "usb-storage");
        cr_assert(until(&t, interface_is_authorized, stick));
        cr_expect(bed_wait_bound(t.bed, stick, 0, true));
        cr_expect_eq(terminal_records("device-allowed"), 1);
}

static unsigned number_of(const char *path) {
        return terminal_device(&t, path)->sighting.devnum;
}

static bool has_seen_all(struct terminal *terminal, const char *path) {
        (void)path;
        return gate_settled(terminal->gate);
}

Test(gate_drivers, another_program_that_authorizes_a_denied_device_is_undone) {
        const char *stick = plug(t.bed, a_stick());
        char interface[512];

        terminal_start(&t);
        cr_assert(until(&t, is_kept_out, stick));
        bed_write(t.bed, stick, "authorized", "1\n");
        (void)snprintf(interface, sizeof interface, "%s/%s:1.0", stick, strrchr(stick, '/') + 1);
        bed_announce(t.bed, interface, "add");
        cr_expect(until(&t, is_kept_out, stick));
        cr_expect_eq(terminal_records("device-restored"), 1);
}

Test(gate_drivers, another_program_that_authorizes_a_denied_device_is_recorded_at_a_scan_too) {
        const char *stick = plug(t.bed, a_stick());

        terminal_start(&t);
        cr_assert(until(&t, is_kept_out, stick));
        cr_assert(until(&t, has_seen_all, stick));
        cr_expect_eq(terminal_records("device-restored"), 0);
        bed_write(t.bed, stick, "authorized", "1\n");
        watch_rescan(&t.gate->watch);
        cr_expect(until(&t, is_kept_out, stick));
        cr_expect_eq(terminal_records("device-restored"), 1);
}

Test(gate_drivers, another_program_that_stops_an_allowed_device_is_undone) {
        const char *mouse = plug(t.bed, a_mouse());
        char interface[512];

        terminal_start(&t);
        cr_assert(until(&t, is_let_in, mouse));
        cr_assert(bed_settle(t.bed));
        bed_write(t.bed, mouse, "authorized", "0\n");
        cr_assert(bed_settle(t.bed));
        (void)snprintf(interface, sizeof interface, "%s/%s:1.0", mouse, strrchr(mouse, '/') + 1);
        bed_announce(t.bed, interface, "remove");
        cr_expect(until(&t, is_let_in, mouse));
        cr_expect(bed_wait_bound(t.bed, mouse, 0, true));
        cr_expect_eq(terminal_records("device-restored"), 1);
}

/* By a program that asks the device once it is in. */
Test(gate_drivers, what_udev_says_of_mtp_later_counts_as_if_known_from_the_start) {
        struct hardware h = a_phone();
        const char *phone;
        char uevent[512];

        h.property = NULL;
        h.descriptors[8] = 0xff, h.descriptors[9] = 0xff; /* of a vendor that no list has */
        phone = plug(t.bed, h);
        terminal_start(&t);
        push(RULE_HID RULE_NO_CAMERAS RULE_VENDOR);
        cr_assert(until(&t, is_let_in, phone));
        (void)snprintf(uevent, sizeof uevent,
                       "MAJOR=189\nMINOR=%u\nDEVNAME=bus/usb/001/%03u\nDEVTYPE=usb_device\nBUSNUM=001\nDEVNUM=%03u\n"
                       "ID_MTP_DEVICE=1\n",
                       number_of(phone) - 1, number_of(phone), number_of(phone));
        bed_write(t.bed, phone, "uevent", uevent);
        bed_announce(t.bed, phone, "change");
        cr_expect(until(&t, is_kept_out, phone));
}

/* A rule of udev that answers each time. */
Test(gate_drivers, a_fight_over_an_allowed_device_ends) {
        const char *mouse = plug(t.bed, a_mouse());
        char interface[512];

        terminal_start(&t);
        cr_assert(until(&t, is_let_in, mouse));
        (void)snprintf(interface, sizeof interface, "%s/%s:1.0", mouse, strrchr(mouse, '/') + 1);
        for (int i = 0; i < 6; i++) {
                cr_assert(bed_settle(t.bed));
                bed_write(t.bed, mouse, "authorized", "0\n");
                cr_assert(bed_settle(t.bed));
                bed_announce(t.bed, interface, "remove");
                cr_assert(until(&t, i < 5 ? is_let_in : is_kept_out, mouse), "%d", i);
        }
        cr_expect_eq(terminal_records("device-restored"), 5);
        cr_expect_eq(terminal_records("device-revoked"), 1);
        cr_expect_eq(reason_of(mouse), REASON_FAILED);
}

/* A scan tells of each device that is there, before the kernel's word that this one was stopped. */
Test(gate_drivers, a_fight_that_a_scan_tells_of_ends_too) {
        const char *mouse = plug(t.bed, a_mouse());

        terminal_start(&t);
        cr_assert(until(&t, is_let_in, mouse));
        for (int i = 0; i < 6; i++) {
                cr_assert(bed_settle(t.bed));
                bed_write(t.bed, mouse, "authorized", "0\n");
                cr_assert(bed_settle(t.bed));
                watch_rescan(&t.gate->watch);
                cr_assert(until(&t, i < 5 ? is_let_in : is_kept_out, mouse), "%d", i);
        }
        cr_expect_eq(terminal_records("device-restored"), 5);
        cr_expect_eq(terminal_records("device-revoked"), 1);
}

/* Each time a HID driver takes it, it is announced again. */
Test(gate_drivers, what_is_announced_again_does_not_prolong_a_fight) {
        const char *mouse = plug(t.bed, a_mouse());
        char interface[512];

        terminal_start(&t);
        cr_assert(until(&t, is_let_in, mouse));
        (void)snprintf(interface, sizeof interface, "%s/%s:1.0", mouse, strrchr(mouse, '/') + 1);
        for (int i = 0; i < 6; i++) {
                cr_assert(bed_settle(t.bed));
                bed_write(t.bed, mouse, "authorized", "0\n");
                cr_assert(bed_settle(t.bed));
                hid_reads(t.bed, mouse, 0, hid_report_keyboard, sizeof hid_report_keyboard);
                bed_announce(t.bed, interface, "remove");
                cr_assert(until(&t, i < 5 ? is_let_in : is_kept_out, mouse), "%d", i);
        }
        cr_expect_eq(terminal_records("device-restored"), 5);
        cr_expect_eq(terminal_records("device-revoked"), 1);
        cr_expect_eq(reason_of(mouse), REASON_FAILED);
}

Test(gate_drivers, a_liar_that_is_announced_again_stays_out) {
        const char *mouse = plug(t.bed, a_mouse()), *other;

        terminal_start(&t);
        cr_assert(until(&t, is_let_in, mouse));
        bed_takes(t.bed, mouse, 0, "ums-realtek");
        cr_assert(until(&t, is_kept_out, mouse));
        hid_reads(t.bed, mouse, 0, hid_report_keyboard, sizeof hid_report_keyboard);
        other = plug(t.bed, a_mouse());
        cr_assert(until(&t, is_let_in, other));
        cr_expect(is_kept_out(&t, mouse));
        cr_expect_eq(reason_of(mouse), REASON_CONTRADICTED);
}

Test(gate_drivers, what_cannot_be_read_when_a_driver_came_is_cut_off) {
        const char *reader = plug(t.bed, a_card_reader());
        char class[128];

        terminal_start(&t);
        push(RULE_HID RULE_CARDS);
        cr_assert(until(&t, is_let_in, reader));
        (void)snprintf(class, sizeof class, "%s:1.0/bInterfaceClass", strrchr(reader, '/') + 1);
        bed_write(t.bed, reader, class, "zz\n");
        bed_takes(t.bed, reader, 0, "usbfs");
        cr_assert(until(&t, is_kept_out, reader));
        cr_expect_eq(reason_of(reader), REASON_FAILED);
}
