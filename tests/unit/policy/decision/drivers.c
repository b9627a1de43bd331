/* SPDX-License-Identifier: MIT */
/* drivers.c — which driver serves which kind. The names are those under /sys/bus/usb/drivers of Debian's kernels. */
#include "decision/drivers.h"

#include "unit/policy/given.h"

#include <criterion/criterion.h>
#include <string.h>

Test(drivers, every_kind_has_its_own) {
        static const struct {
                uint32_t kind;
                const char *first;
        } own[] = {
                { KIND_HID_KEYBOARD, "usbhid" }, { KIND_HID, "usbhid" },         { KIND_HUB, "hub" },
                { KIND_STORAGE, "uas" },         { KIND_PRINTER, "usblp" },      { KIND_AUDIO, "snd-usb-audio" },
                { KIND_VIDEO, "uvcvideo" },      { KIND_CDC_SERIAL, "cdc_acm" }, { KIND_NETWORK, "cdc_ether" },
                { KIND_WIRELESS, "btusb" },      { KIND_MIDI, "snd-usb-audio" },
        };

        for (size_t i = 0; i < sizeof own / sizeof *own; i++) {
                cr_assert_str_eq(drivers_of_kind(own[i].kind)[0], own[i].first);
                cr_assert(driver_may_serve(own[i].first, own[i].kind, own[i].kind));
        }
        cr_assert_null(drivers_of_kind(KIND_SMARTCARD)[0]);
        cr_assert_null(drivers_of_kind(KIND_STILL_IMAGE)[0]);
        cr_assert_null(drivers_of_kind(KIND_DFU)[0]);
}

Test(drivers, a_disk_serves_no_keyboard_and_no_reader) {
        static const char *const others[] = { "usb-storage", "usb_storage", "uas",        "ums-realtek",
                                              "ums_realtek", "cdc_ether",   "cdc_subset", "ax88179_178a",
                                              "option",      "ftdi_sio" };

        for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
                cr_assert_not(driver_may_serve(others[i], KIND_HID | KIND_HID_KEYBOARD, UINT32_MAX), "%s", others[i]);
                cr_assert_not(driver_may_serve(others[i], KIND_SMARTCARD, UINT32_MAX), "%s", others[i]);
                cr_assert_not(driver_may_serve(others[i], KIND_HUB, UINT32_MAX), "%s", others[i]);
        }
}

Test(drivers, what_may_be_anything_is_a_disk_only_where_the_verdict_says_so) {
        cr_assert(driver_may_serve("ftdi_sio", KIND_VENDOR, KIND_VENDOR));
        cr_assert(driver_may_serve("r8152", KIND_OTHER, KIND_OTHER));
        cr_assert_not(driver_may_serve("usb-storage", KIND_VENDOR, KIND_VENDOR));
        cr_assert(driver_may_serve("usb-storage", KIND_VENDOR, KIND_VENDOR | KIND_STORAGE));
        cr_assert_not(driver_may_serve("uvcvideo", KIND_VENDOR, KIND_VENDOR));
}

Test(drivers, a_module_is_spelled_with_underscores) {
        cr_assert_eq(kinds_of_driver("snd_usb_audio"), (uint32_t)(KIND_AUDIO | KIND_MIDI));
        cr_assert_eq(kinds_of_driver("cdc-acm"), (uint32_t)KIND_CDC_SERIAL);
        cr_assert_eq(kinds_of_driver("uas_"), (uint32_t)KIND_VENDOR);
        cr_assert_eq(kinds_of_driver("ua"), (uint32_t)KIND_VENDOR);
        cr_assert_eq(kinds_of_driver(""), (uint32_t)KIND_VENDOR);
}

Test(drivers, a_rule_names_the_nodes_of_programs_and_no_drivers) {
        cr_assert_eq(node_from_name("usbfs"), (unsigned)NODES_USBFS);
        cr_assert_eq(node_from_name("hidraw"), (unsigned)NODES_HIDRAW);
        cr_assert_eq(node_from_name("disk"), 0u);
        cr_assert_eq(node_from_name(""), 0u);
        for (unsigned bit = 1; bit <= NODES_DISK; bit <<= 1)
                cr_assert(!node_name(bit) || node_from_name(node_name(bit)) == bit);
        cr_assert_null(node_name(NODES_DISK));
}

Test(drivers, a_program_drives_what_it_may_open) {
        cr_assert(driver_may_serve("usbfs", KIND_SMARTCARD, KIND_SMARTCARD));
        cr_assert_eq(nodes_of_kinds(KIND_SMARTCARD), (unsigned)NODES_USBFS);
        cr_assert_eq(nodes_of_kinds(KIND_STORAGE), (unsigned)NODES_DISK);
        cr_assert_eq(nodes_of_kinds(KIND_HID | KIND_HID_KEYBOARD), (unsigned)NODES_INPUT);
        cr_assert_eq(nodes_of_kinds(KIND_PRINTER | KIND_STORAGE), (unsigned)(NODES_USBFS | NODES_MISC | NODES_DISK));
        cr_assert_not(nodes_of_kinds(KIND_VENDOR | KIND_OTHER) & (NODES_DISK | NODES_HIDRAW));
        cr_assert_eq(nodes_of_kinds(KIND_HUB), 0u);
}

Test(drivers, the_nodes_that_a_rule_names_are_in_its_verdict_and_in_no_other) {
        struct policy *p =
                given("devices:\n"
                      "- {name: pad, match: {id: '046d:c31c', interfaces: [hid]}, nodes: [hidraw], action: allow}\n"
                      "- {name: hid, match: {interfaces: [hid]}, action: allow}\n");
        struct device_facts pad = a_keyboard(), other = pad;

        other.product = 0xc31d;
        cr_expect_eq(policy_decide(p, &pad, NOON, NULL).nodes, NODES_HIDRAW);
        cr_expect_eq(policy_decide(p, &other, NOON, NULL).action, ACTION_ALLOW);
        cr_expect_eq(policy_decide(p, &other, NOON, NULL).nodes, 0);
        cr_expect_eq(policy_decide(NULL, &pad, NOON, NULL).nodes, 0);
        policy_free(p);
}
