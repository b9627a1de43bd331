/* SPDX-License-Identifier: MIT */
/* What the kernel is not made to forget although it is cut off, and what nothing exempts. */
#include "gate/inside.h"
#include "support/hid.h"
#include "unit/agent/daemon/gate/plugging.h"

#include <criterion/criterion.h>
#include <unistd.h>

#define RULE_KEYS "  - {name: keys, match: {bus: usb, interfaces: [hid, hid-keyboard]}, partial: true, action: allow}\n"
#define RULE_CARD_KEYBOARD "  - {name: desk, match: {bus: usb, interfaces: [hid-keyboard, smartcard]}, action: allow}\n"
#define RULE_CAMERAS "  - {name: still, match: {bus: usb, interfaces: [still-image]}, partial: true, action: allow}\n"

static struct kept k;

static void given_the_plane(void) {
        kept_begin(&k);
        keeper_comes(&k);
}

static void drop(void) {
        kept_end(&k);
}

/* Without one, no policy that takes a keyboard would be accepted. */
static void given_another_keyboard(void) {
        cr_assert(until(&k.t, is_let_in, plug(k.t.bed, a_keyboard())));
}

/* PTP, and a boot keyboard beside it. */
static struct hardware a_camera_that_says_keyboard(void) {
        const uint8_t hid[] = { 0x11, 1, 0, 1, 0x22, 65, 0 };
        struct hardware h = a_camera();

        hardware_interface(&h, 1, 0, 3, 1, 1, 1);
        hardware_extra(&h, 0x21, hid, sizeof hid);
        hardware_endpoint(&h, 0x84, 3, 8, 10);
        return h;
}

static bool is_read(struct terminal *t, const char *path) {
        const struct device_facts *f = &terminal_device(t, path)->sighting.facts;

        return f->fido | f->not_fido;
}

TestSuite(forget_spares, .init = given_the_plane, .fini = drop, .timeout = 60);

/* A port that does not bring it back would leave nobody who can type. */
Test(forget_spares, what_people_type_with_stays_when_only_its_reader_is_taken) {
        const char *keyboard = plug(k.t.bed, a_card_keyboard());
        unsigned number;

        kept_push(&k, RULE_HID RULE_CARD_KEYBOARD);
        cr_assert(until(&k.t, is_let_in, keyboard));
        cr_assert(until(&k.t, was_told_to_write, keyboard), "the plane is in force");
        number = number_of(&k.t, keyboard);
        kept_push(&k, RULE_KEYS);
        cr_assert(until(&k.t, is_let_in, keyboard));
        cr_expect_eq(number_of(&k.t, keyboard), number);
        cr_expect_eq(terminal_device(&k.t, keyboard)->opened & NODES_USBFS, 0);
        given_another_keyboard();
        kept_push(&k, RULE_HID);
        cr_assert(until(&k.t, is_kept_out, keyboard));
        cr_expect_eq(number_of(&k.t, keyboard), number);
}

Test(forget_spares, what_people_type_with_goes_when_it_lied) {
        const char *keyboard = plug(k.t.bed, a_card_keyboard());

        kept_push(&k, RULE_HID RULE_CARD_KEYBOARD);
        cr_assert(until(&k.t, was_told_to_write, keyboard));
        bed_takes(k.t.bed, keyboard, 1, "usb-storage");
        cr_expect(until(&k.t, is_another_plugging, keyboard));
}

/* Nobody can plug in anew what is inside the case. */
Test(forget_spares, what_is_built_in) {
        const char *reader = given_a_reader(&k);
        unsigned number = number_of(&k.t, reader);

        bed_write(k.t.bed, reader, "port/connect_type", "hardwired\n");
        kept_push(&k, RULE_HID);
        cr_assert(until(&k.t, is_kept_out, reader));
        cr_expect_eq(terminal_device(&k.t, reader)->forget, FORGET_NONE);
        cr_expect_eq(number_of(&k.t, reader), number);
}

/* Where the firmware says nothing, a hub's descriptor may call what is behind it a part of it. */
Test(forget_spares, nothing_that_a_hub_calls_fixed) {
        const char *reader = given_a_reader(&k);

        bed_write(k.t.bed, reader, "removable", "fixed\n");
        bed_write(k.t.bed, reader, "port/connect_type", "unknown\n");
        kept_push(&k, RULE_HID);
        cr_expect(until(&k.t, is_another_plugging, reader));
}

/* A hub that is built in, or not, and in it a reader that is. */
static const char *a_reader_in_a_hub(const char *hub_is) {
        const char *hub = plug(k.t.bed, a_hub()), *reader;

        kept_push(&k, RULE_HID RULE_HUB RULE_CARDS);
        cr_assert(until(&k.t, is_let_in, hub));
        reader = plug_into(k.t.bed, hub, a_card_reader());
        cr_assert(until(&k.t, was_told_to_write, reader));
        bed_write(k.t.bed, hub, "port/connect_type", hub_is);
        bed_write(k.t.bed, reader, "port/connect_type", "hardwired\n");
        kept_push(&k, RULE_HID RULE_HUB);
        return reader;
}

Test(forget_spares, what_is_built_into_a_hub_that_is_built_in) {
        const char *reader = a_reader_in_a_hub("hardwired\n");

        cr_assert(until(&k.t, is_kept_out, reader));
        cr_expect_eq(terminal_device(&k.t, reader)->forget, FORGET_NONE);
}

Test(forget_spares, nothing_that_is_built_into_a_hub_that_can_be_unplugged) {
        cr_expect(until(&k.t, is_another_plugging, a_reader_in_a_hub("hotplug\n")));
}

/* By a rule in part, and its keyboard is not among that: nobody types with it. */
Test(forget_spares, nothing_for_what_it_says_and_was_not_let_in_as) {
        const char *camera = plug(k.t.bed, a_camera_that_says_keyboard());

        kept_push(&k, RULE_HID RULE_CAMERAS);
        cr_assert(until(&k.t, is_let_in, camera));
        cr_assert(until(&k.t, was_told_to_write, camera));
        cr_assert(k.heard[KEEPER_WRITE].last.nodes & NODES_USBFS);
        cr_assert_not(bed_bound(k.t.bed, camera, 1));
        given_another_keyboard();
        kept_push(&k, RULE_HID);
        cr_expect(until(&k.t, is_another_plugging, camera));
}

/* All of it is in, and its usbfs open; from now on its disk is for reading. */
static const char *narrowed(struct hardware h) {
        const char *camera = plug(k.t.bed, with_a_disk(h));

        kept_push(&k, RULE_HID RULE_CAMERA_BY_ID);
        cr_assert(until(&k.t, is_let_in, camera));
        cr_assert(until(&k.t, was_told_to_write, camera));
        cr_assert(k.heard[KEEPER_WRITE].last.nodes & NODES_USBFS);
        given_another_keyboard();
        kept_push(&k, RULE_HID RULE_TO_READ);
        return camera;
}

Test(forget_spares, no_camera_whose_disk_is_for_reading_from_now_on) {
        const char *camera = narrowed(a_camera());

        cr_assert(until(&k.t, is_in_again, camera));
        cr_expect_eq(terminal_device(&k.t, camera)->verdict.action, ACTION_READ_ONLY);
}

/* On a port that does not bring it back, the log must not end with "allowed". */
Test(forget_spares, no_camera_and_its_end_is_recorded_before) {
        const char *camera = plug(k.t.bed, with_a_disk(a_camera()));
        unsigned gone;

        kept_push(&k, RULE_HID RULE_CAMERA_BY_ID);
        cr_assert(until(&k.t, was_told_to_write, camera));
        cr_assert(until(&k.t, is_let_in, camera));
        gone = k.heard[KEEPER_REVOKE].n;
        cr_assert_eq(unlink(on_disk(&k, camera, "port/disable")), 0);
        kept_push(&k, RULE_HID RULE_TO_READ);
        cr_expect_eq(terminal_device(&k.t, camera)->forget, FORGET_ASKED);
        cr_expect_eq(terminal_records("device-revoked"), 1);
        cr_assert(until(&k.t, is_away, camera));
        cr_expect_gt(k.heard[KEEPER_REVOKE].n, gone);
        cr_expect_eq(terminal_records("device-revoked"), 1);
}

/* What is open of it by usbfs could write to the disk that may be read only. */
Test(forget_spares, what_people_type_with_and_no_disk_of_it_is_let_in_for_reading) {
        const char *camera = narrowed(a_camera_that_says_keyboard());
        unsigned number = number_of(&k.t, camera);

        for (int i = 0; i < 2; i++) {
                cr_assert(until(&k.t, is_kept_out, camera), "%d", i);
                cr_expect_eq(terminal_device(&k.t, camera)->verdict.reason, REASON_READ_ONLY);
                kept_push(&k, RULE_HID RULE_TO_READ);
        }
        cr_expect_eq(number_of(&k.t, camera), number);
        cr_expect_eq(k.heard[KEEPER_READ].n, 0);
        cr_expect_eq(terminal_records("device-revoked"), 1);
        cr_expect_eq(terminal_records("device-refused"), 0);
}

#define RULE_HUB_WITH_NODES                                                                                            \
        "  - {name: hub, match: {bus: usb, id: \"05e3:0608\", interfaces: [hub]}, nodes: [usbfs], action: allow}\n"

/* A hub and, by the first of these rules, its maker's part of it. */
#define RULE_ALL_OF_HUB "  - {name: all, match: {bus: usb, id: \"05e3:0620\"}, action: allow}\n"
#define RULE_PART_OF_HUB                                                                                               \
        "  - {name: part, match: {bus: usb, id: \"05e3:0620\", interfaces: [hub]}, partial: true, action: allow}\n"

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

static const char *given_a_hub(struct hardware h, const char *rules) {
        const char *hub = plug(k.t.bed, h);

        kept_push(&k, rules);
        cr_assert(until(&k.t, is_let_in, hub));
        cr_assert(until(&k.t, is_in_force, hub));
        return hub;
}

static void let_in_behind(const char *hub, struct hardware h) {
        cr_assert(until(&k.t, is_let_in, plug_into(k.t.bed, hub, h)));
}

/* Nobody can have it open. */
Test(forget_spares, a_hub_whose_rule_names_nodes) {
        const char *hub = given_a_hub(a_hub(), RULE_HID RULE_HUB_WITH_NODES);
        unsigned number = number_of(&k.t, hub);

        cr_expect_eq(k.heard[KEEPER_WRITE].n, 0);
        kept_push(&k, RULE_HID RULE_HUB);
        cr_assert(until(&k.t, is_let_in, hub));
        cr_expect_eq(terminal_device(&k.t, hub)->forget, FORGET_NONE);
        cr_expect_eq(number_of(&k.t, hub), number);
        cr_expect_eq(terminal_records("device-allowed"), 1, "it was not cut off, nor what hangs on it");
}

Test(forget_spares, no_hub_whose_other_part_was_open) {
        const char *hub = given_a_hub(a_hub_and_more(), RULE_HID RULE_ALL_OF_HUB);

        cr_assert(until(&k.t, was_told_to_write, hub));
        cr_assert(k.heard[KEEPER_WRITE].last.nodes & NODES_USBFS);
        kept_push(&k, RULE_HID RULE_PART_OF_HUB);
        cr_expect(until(&k.t, is_in_again, hub));
}

Test(forget_spares, such_a_hub_above_what_people_type_with) {
        const char *hub = given_a_hub(a_hub_and_more(), RULE_HID RULE_ALL_OF_HUB);

        cr_assert(until(&k.t, was_told_to_write, hub));
        let_in_behind(hub, a_keyboard());
        kept_push(&k, RULE_HID RULE_PART_OF_HUB);
        cr_expect_eq(terminal_device(&k.t, hub)->forget, FORGET_NONE);
        cr_expect(until(&k.t, is_let_in, hub));
}

Test(forget_spares, no_hub_above_what_is_kept_out) {
        const char *hub = given_a_hub(a_hub_and_more(), RULE_HID RULE_ALL_OF_HUB), *stick;

        cr_assert(until(&k.t, was_told_to_write, hub));
        stick = plug_into(k.t.bed, hub, a_bad_keyboard());
        cr_assert(until(&k.t, is_kept_out, stick));
        kept_push(&k, RULE_HID RULE_PART_OF_HUB);
        cr_expect_neq(terminal_device(&k.t, hub)->forget, FORGET_NONE);
}

#define RULE_ALL_OF_PAD "  - {name: both, match: {bus: usb, interfaces: [hid, smartcard]}, action: allow}\n"

/* A keyboard without the boot protocol has a slot for cards, which is taken from it. */
static const char *read_as(const void *report, size_t size) {
        struct hardware h = hardware_device(0, 0, 0, 0x1209, 0x0c00);
        const char *path;

        h.speed = "12";
        hardware_configuration(&h, 1);
        hardware_interface(&h, 0, 0, 3, 0, 0, 1);
        hardware_endpoint(&h, 0x81, 3, 64, 5);
        hardware_interface(&h, 1, 0, 0x0b, 0, 0, 1);
        hardware_endpoint(&h, 0x82, 2, 64, 0);
        path = plug(k.t.bed, h);
        kept_push(&k, RULE_ALL_OF_PAD);
        cr_assert(until(&k.t, is_let_in, path));
        cr_assert(until(&k.t, was_told_to_write, path));
        hid_reads(k.t.bed, path, 0, report, size);
        cr_assert(until(&k.t, is_read, path));
        kept_push(&k, RULE_KEYS);
        return path;
}

Test(forget_spares, a_keyboard_without_boot_protocol) {
        const char *keyboard = read_as(hid_report_keyboard, sizeof hid_report_keyboard);

        cr_expect_eq(terminal_device(&k.t, keyboard)->forget, FORGET_NONE);
        cr_expect(until(&k.t, is_let_in, keyboard));
}

Test(forget_spares, no_security_key) {
        const char *key = read_as(hid_report_key, sizeof hid_report_key);

        cr_expect_neq(terminal_device(&k.t, key)->forget, FORGET_NONE);
}
