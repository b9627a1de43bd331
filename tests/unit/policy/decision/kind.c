/* SPDX-License-Identifier: MIT */
/* kind.c — class codes as usb.org lists them and as Linux's drivers claim them. */
#include "decision/kind.h"

#include "unit/policy/given.h"

TestSuite(kinds_of_class, .timeout = 60);
TestSuite(kinds_to_show, .timeout = 60);
TestSuite(kind_name, .timeout = 60);

Test(kinds_of_class, names_what_the_drivers_bind) {
        static const struct {
                uint8_t triple[3];
                uint32_t kinds;
                const char *what;
        } rows[] = {
                { { 0x03, 0x01, 0x01 }, KIND_HID | KIND_HID_KEYBOARD, "boot keyboard" },
                { { 0x03, 0x01, 0x02 }, KIND_HID | KIND_HID_MOUSE, "boot mouse" },
                { { 0x03, 0x00, 0x01 }, KIND_HID, "a protocol without the boot subclass says nothing" },
                { { 0x03, 0x00, 0x00 }, KIND_HID, "HID" },
                { { 0x08, 0x06, 0x50 }, KIND_STORAGE, "usb-storage" },
                { { 0x08, 0x06, 0x62 }, KIND_STORAGE, "uas" },
                { { 0x08, 0x04, 0x00 }, KIND_STORAGE, "floppy" },
                { { 0x06, 0x01, 0x01 }, KIND_STILL_IMAGE, "PTP" },
                { { 0x07, 0x01, 0x02 }, KIND_PRINTER, "usblp" },
                { { 0x01, 0x01, 0x00 }, KIND_AUDIO | KIND_MIDI, "audio control serves both" },
                { { 0x01, 0x02, 0x00 }, KIND_AUDIO, "audio streaming" },
                { { 0x01, 0x03, 0x00 }, KIND_MIDI, "MIDI streaming" },
                { { 0x0e, 0x02, 0x00 }, KIND_VIDEO, "uvcvideo" },
                { { 0x0b, 0x00, 0x00 }, KIND_SMARTCARD, "CCID" },
                { { 0x09, 0x00, 0x01 }, KIND_HUB, "hub" },
                { { 0x02, 0x02, 0x01 }, KIND_CDC_SERIAL, "cdc_acm" },
                { { 0x02, 0x02, 0x00 }, KIND_CDC_SERIAL, "cdc_acm without AT" },
                { { 0x02, 0x02, 0xff }, KIND_NETWORK, "rndis_host: Windows' RNDIS" },
                { { 0x02, 0x06, 0x00 }, KIND_NETWORK, "cdc_ether: ECM" },
                { { 0x02, 0x0a, 0x00 }, KIND_NETWORK, "cdc_ether: MDLM" },
                { { 0x02, 0x0c, 0x07 }, KIND_NETWORK, "cdc_eem" },
                { { 0x02, 0x0d, 0x00 }, KIND_NETWORK, "cdc_ncm" },
                { { 0x02, 0x0e, 0x00 }, KIND_NETWORK, "cdc_mbim" },
                { { 0x02, 0x09, 0x01 }, KIND_NETWORK, "cdc-wdm" },
                { { 0x0a, 0x00, 0x00 }, KIND_CDC_SERIAL | KIND_NETWORK, "data serves both" },
                { { 0x0a, 0x00, 0x01 }, KIND_NETWORK, "NCM data" },
                { { 0x0a, 0x00, 0x02 }, KIND_NETWORK, "MBIM data" },
                { { 0xe0, 0x01, 0x03 }, KIND_NETWORK, "rndis_host: Android's RNDIS" },
                { { 0xef, 0x04, 0x01 }, KIND_NETWORK, "rndis_host: ActiveSync's RNDIS" },
                { { 0xe0, 0x01, 0x01 }, KIND_WIRELESS, "btusb" },
                { { 0xfe, 0x01, 0x01 }, KIND_DFU, "firmware upgrade" },
                { { 0xfe, 0x02, 0x00 }, KIND_OTHER, "IrDA" },
                { { 0xff, 0x06, 0x50 }, KIND_VENDOR, "vendor" },
                { { 0x10, 0x01, 0x00 }, KIND_OTHER, "audio/video" },
                { { 0x00, 0x00, 0x00 }, KIND_OTHER, "no class at all" },
        };

        for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
                cr_expect_eq(kinds_of_class(rows[i].triple[0], rows[i].triple[1], rows[i].triple[2]), rows[i].kinds,
                             "%s", rows[i].what);
}

Test(kinds_of_class, everything_has_a_kind_and_a_vendor_class_has_no_other) {
        for (unsigned triple = 0; triple <= 0xffffff; triple++) {
                uint32_t kinds = kinds_of_class((uint8_t)(triple >> 16), (uint8_t)(triple >> 8), (uint8_t)triple);

                cr_assert_neq(kinds, 0, "%06x", triple);
                cr_assert_eq(kinds >> KIND_COUNT, 0, "%06x", triple);
                cr_assert_eq((kinds & KIND_VENDOR) != 0, triple >> 16 == 0xff, "%06x", triple);
                cr_assert(kinds == KIND_VENDOR || !(kinds & KIND_VENDOR), "%06x", triple);
                cr_assert_eq((kinds & KIND_STORAGE) != 0, triple >> 16 == 0x08, "%06x", triple);
        }
}

Test(kinds_of_interface, a_vendor_interface_that_describes_a_reader_is_a_reader) {
        struct device_facts f = { .n_interfaces = 3,
                                  .interfaces = { TRIPLE(0, 0xff, 0, 0), TRIPLE(1, 0xff, 0, 0), TRIPLE(2, 8, 6, 0x50) },
                                  .ccid = 6 };

        cr_expect_eq(kinds_of_interface(&f, 0), KIND_VENDOR);
        cr_expect_eq(kinds_of_interface(&f, 1), KIND_SMARTCARD);
        cr_expect_eq(kinds_of_interface(&f, 2), KIND_STORAGE, "no descriptor makes storage a reader");
        cr_expect_eq(kinds_to_show(&f), KIND_VENDOR | KIND_SMARTCARD | KIND_STORAGE);
}

Test(kinds_of_device_class, counts_unless_it_says_nothing_of_its_own) {
        struct device_facts f = { .n_interfaces = 2, .interfaces = { TRIPLE(0, 0xff, 0, 0), TRIPLE(1, 0xff, 0, 0) } };

        cr_expect_eq(kinds_of_device_class(&f), 0);
        f.klass = 0xff;
        cr_expect_eq(kinds_of_device_class(&f), KIND_VENDOR);
        f.ccid = 1;
        cr_expect_eq(kinds_of_device_class(&f), KIND_VENDOR, "one of two is a reader");
        f.ccid = 3;
        cr_expect_eq(kinds_of_device_class(&f), 0, "both are");
        f.klass = 0x08;
        cr_expect_eq(kinds_of_device_class(&f), KIND_STORAGE);
}

Test(kinds_to_show, tells_people_the_right_thing) {
        struct device_facts headset = { .n_interfaces = 3,
                                        .interfaces = { TRIPLE(0, 1, 1, 0), TRIPLE(1, 1, 2, 0), TRIPLE(2, 3, 0, 0) } };
        struct device_facts adapter = { .n_interfaces = 2,
                                        .interfaces = { TRIPLE(0, 2, 6, 0), TRIPLE(1, 0x0a, 0, 0) } };
        struct device_facts phone = a_device_of(0xff, 0xff, 0), hub = a_device_of(9, 0, 0);
        struct device_facts lone = a_device_of(1, 1, 0);

        cr_expect_eq(kinds_to_show(&headset), KIND_AUDIO | KIND_HID, "a headset is no MIDI instrument");
        cr_expect_eq(kinds_to_show(&adapter), KIND_NETWORK, "nor a network adapter a serial line");
        cr_expect_eq(kinds_to_show(&lone), KIND_AUDIO | KIND_MIDI);
        cr_expect_eq(kinds_to_show(&phone), KIND_VENDOR);
        phone.speaks_mtp = true;
        cr_expect_eq(kinds_to_show(&phone), KIND_VENDOR | KIND_STILL_IMAGE);
        hub.klass = 0x08;
        cr_expect_eq(kinds_to_show(&hub), KIND_HUB | KIND_STORAGE, "the device's own class counts");
}

Test(kind_name, reads_back_the_same) {
        for (uint32_t bit = 1; bit < 1U << KIND_COUNT; bit <<= 1) {
                cr_assert_not_null(kind_name(bit));
                cr_expect_eq(kind_from_name(kind_name(bit)), bit, "%s", kind_name(bit));
        }
        cr_expect_null(kind_name(0));
        cr_expect_null(kind_name(KIND_HID | KIND_HUB));
        cr_expect_null(kind_name(1U << KIND_COUNT));
        cr_expect_eq(kind_from_name("stroage"), 0);
        cr_expect_eq(kind_from_name(""), 0);
}
