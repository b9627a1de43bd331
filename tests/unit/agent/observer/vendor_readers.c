/* SPDX-License-Identifier: MIT */
/* vendor_readers.c — which interfaces of the vendor's class are card readers, by their CCID descriptor (CCID 1.1 §5.1).
 */
#include "unit/agent/observer/read_twice.h"

TestSuite(ccid, .init = given_a_witness, .fini = drop, .timeout = 60);

static const uint8_t ccid[60] = { 0x10, 0x01, 0, 7 };

/* One interface of the class, then `length` bytes of type 0x21, in front of its endpoint or behind it. */
static struct hardware a_reader_of(uint8_t klass, size_t length, bool behind) {
        struct hardware h = hardware_device(0, 0, 0, 1, 2);

        hardware_configuration(&h, 1);
        hardware_interface(&h, 0, 0, klass, 0, 0, 1);
        if (behind)
                hardware_endpoint(&h, 0x81, 2, 64, 0);
        hardware_extra(&h, 0x21, ccid, length - 2);
        if (!behind)
                hardware_endpoint(&h, 0x81, 2, 64, 0);
        return h;
}

Test(ccid, a_reader_of_the_vendors_class_is_known_by_its_ccid_descriptor) {
        static const struct {
                size_t length;
                uint8_t klass;
                bool behind, reader;
        } rows[] = {
                { 54, 0xff, false, true }, { 54, 0xff, true, true },   { 53, 0xff, false, false },
                { 55, 0xff, true, false }, { 9, 0xff, false, false },  { 54, 0x0b, false, false },
                { 54, 0x03, true, false }, { 54, 0x08, false, false },
        };

        for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
                struct hardware h = a_reader_of(rows[i].klass, rows[i].length, rows[i].behind);

                cr_expect_eq(reading(&h).interfaces.ccid, rows[i].reader, "row %zu", i);
                cr_expect(is_sound(&h), "row %zu: libusb sees it alike", i);
        }
}

/* A driver may choose the setting that is no reader's. */
Test(ccid, a_setting_without_the_ccid_descriptor_makes_it_no_reader) {
        struct hardware h = a_reader_of(0xff, 54, false), other;

        hardware_interface(&h, 0, 1, 0xff, 0, 0, 0);
        cr_expect_eq(reading(&h).interfaces.ccid, 0);
        cr_expect(is_sound(&h));
        other = a_reader_of(0xff, 54, false);
        hardware_interface(&other, 0, 1, 0xff, 1, 0, 0);
        cr_expect_eq(reading(&other).interfaces.ccid, 1, "one of another subclass is judged by itself");
        cr_expect(is_sound(&other));
}

Test(ccid, the_mark_stays_with_its_interface_whatever_the_order) {
        struct hardware h = hardware_device(0, 0, 0, 1, 2);
        struct interfaces set;

        hardware_configuration(&h, 1);
        hardware_extra(&h, 0x21, ccid, 52);
        hardware_interface(&h, 7, 0, 0xff, 0, 0, 0);
        hardware_interface(&h, 9, 0, 0xff, 0, 0, 0);
        hardware_extra(&h, 0x21, ccid, 52);
        hardware_interface(&h, 2, 0, 3, 0, 0, 0);
        hardware_interface(&h, 0, 0, 0xff, 0, 0, 0);
        set = reading(&h).interfaces;
        cr_assert_eq(set.n, 4);
        cr_expect_eq(set.of[3].number, 9);
        cr_expect_eq(set.ccid, 1u << 3);
        cr_expect(is_sound(&h));
}
