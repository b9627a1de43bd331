/* SPDX-License-Identifier: MIT */
/* descriptors.c — what devices say of themselves, and what liars say. Nobody may hide an interface from us that the
 * kernel or libusb sees. */
#include "observer/descriptors.h"

#include "support/liars.h"
#include "support/usbcore.h"
#include "unit/agent/observer/read_twice.h"

#include <stdlib.h>

/* Real devices, and how many distinct (configuration, number, class) they show. */
static const struct {
        struct hardware (*build)(void);
        const char *name;
        uint8_t interfaces;
} catalogue[] = {
        { a_keyboard, "keyboard", 2 },
        { a_mouse, "mouse", 1 },
        { a_hub, "hub with two kinds of translator", 2 },
        { a_fast_hub, "SuperSpeed hub", 1 },
        { a_stick, "stick", 1 },
        { a_uas_disk, "UAS disk", 2 },
        { a_qemu_keyboard, "QEMU keyboard", 1 },
        { a_qemu_storage, "QEMU storage", 1 },
        { a_headset, "headset", 4 },
        { a_webcam, "webcam", 4 },
        { a_network_adapter, "network adapter with two configurations", 4 },
        { a_printer, "printer", 1 },
        { a_card_reader, "card reader", 1 },
        { a_vendor_reader, "card reader of the vendor's class", 1 },
        { a_felica_reader, "card reader with an interface of its maker's", 2 },
        { a_card_keyboard, "keyboard with a slot for cards", 2 },
        { a_label_printer, "label printer with a disk", 2 },
        { a_phone, "phone", 1 },
        { a_camera, "camera", 1 },
        { a_bad_keyboard, "keyboard with storage", 2 },
        { a_serial_adapter, "serial adapter", 2 },
};

#define CATALOGUE (sizeof catalogue / sizeof *catalogue)

TestSuite(descriptors_read, .init = given_a_witness, .fini = drop, .timeout = 60);
TestSuite(libusb_crosscheck_agrees, .init = given_a_witness, .fini = drop, .timeout = 60);

Test(descriptors_read, ordinary_devices_are_sound) {
        for (size_t i = 0; i < CATALOGUE; i++) {
                struct hardware h = catalogue[i].build();
                struct descriptors d = reading(&h);

                cr_expect_eq(d.wrong, MALFORMED_NOT, "%s: %s", catalogue[i].name, malformed_name(d.wrong));
                cr_expect_eq(d.interfaces.n, catalogue[i].interfaces, "%s: %u", catalogue[i].name, d.interfaces.n);
        }
}

Test(libusb_crosscheck_agrees, libusb_sees_ordinary_devices_alike) {
        for (size_t i = 0; i < CATALOGUE; i++) {
                struct hardware h = catalogue[i].build();

                cr_expect(is_sound(&h), "%s", catalogue[i].name);
        }
}

Test(libusb_crosscheck_agrees, another_reading_is_contradicted) {
        struct hardware h = a_bad_keyboard();
        struct descriptors d = reading(&h);

        d.interfaces.n--;
        cr_expect_not(libusb_crosscheck_agrees(&crosscheck, raw_of(&h), &d), "one interface less");
        d = reading(&h);
        d.interfaces.of[1].klass = 3;
        cr_expect_not(libusb_crosscheck_agrees(&crosscheck, raw_of(&h), &d), "storage taken for an input device");
        d = reading(&h);
        interfaces_add(&d.interfaces, (struct interface_facts){ 1, 2, 3, 0, 0 }, false);
        cr_expect_not(libusb_crosscheck_agrees(&crosscheck, raw_of(&h), &d), "one interface more");
        h = a_vendor_reader();
        d = reading(&h);
        d.interfaces.ccid = 0;
        cr_expect_not(libusb_crosscheck_agrees(&crosscheck, raw_of(&h), &d), "a card reader not recognised");
}

/* libusb leaves an interface half read then: a number of endpoints, and none of them. */
Test(libusb_crosscheck_agrees, what_libusb_gives_up_on_is_survived) {
        struct hardware h = a_vendor_reader();
        struct descriptors d;

        h.descriptors[18 + 9 + 9] = 255;
        d = reading(&h);
        cr_expect_eq(d.wrong, MALFORMED_LENGTH);
        (void)libusb_crosscheck_agrees(&crosscheck, raw_of(&h), &d);
}

Test(descriptors_read, the_device_descriptor_is_read_in_usb_byte_order) {
        struct hardware h = a_webcam();
        struct descriptors d = reading(&h);

        cr_expect_eq(d.vendor, 0x046d);
        cr_expect_eq(d.product, 0x0825);
        cr_expect_eq(d.klass, 0xef);
        cr_expect_eq(d.subclass, 2);
        cr_expect_eq(d.protocol, 1);
        cr_expect_eq(d.n_configurations, 1);
}

Test(descriptors_read, every_truncation_is_wrong) {
        for (size_t i = 0; i < CATALOGUE; i++) {
                struct hardware h = catalogue[i].build();

                for (size_t whole = h.size; h.size-- > 0;)
                        cr_expect_neq(reading(&h).wrong, MALFORMED_NOT, "%s cut to %zu of %zu", catalogue[i].name,
                                      h.size, whole);
        }
}

Test(descriptors_read, every_tail_is_wrong) {
        for (size_t i = 0; i < CATALOGUE; i++) {
                static const uint8_t tails[][9] = { { 0 }, { 2, 0x24 }, { 9, 4, 9, 0, 0, 8, 6, 0x50, 0 } };

                for (size_t k = 0; k < 3; k++) {
                        struct hardware h = catalogue[i].build();

                        memcpy(h.descriptors + h.size, tails[k], 9);
                        h.size += tails[k][0] ? tails[k][0] : 1;
                        cr_expect_neq(reading(&h).wrong, MALFORMED_NOT, "%s, tail %zu", catalogue[i].name, k);
                }
        }
}

/* ---- Liars, each caught for its lie ---------------------------------------------------------------------------- */

Test(descriptors_read, liars_are_caught) {
        for (const struct liar *l = liars; l->lie; l++) {
                struct hardware h = a_liar(l);
                struct descriptors d = reading(&h);

                cr_expect_eq(d.wrong, l->caught_as, "%s: %s", l->lie, malformed_name(d.wrong));
        }
}

/* The file shows what the kernel believed, not what the device said: the lie must show in that, too. */
Test(descriptors_read, liars_are_caught_after_the_kernel_has_cut_them) {
        for (const struct liar *l = liars; l->lie; l++) {
                struct hardware said = a_liar(l), shown = usbcore_shows(&said);

                if (said.size)
                        cr_expect_neq(reading(&shown).wrong, MALFORMED_NOT, "%s", l->lie);
        }
}

Test(descriptors_read, what_is_large_but_true_is_sound) {
        struct hardware all[] = { many_interfaces(32), many_settings(128), many_classes(64), many_configurations(8),
                                  nested_associations() };
        static const uint8_t interfaces[] = { 32, 1, 64, 8, 4 };

        for (size_t i = 0; i < 5; i++) {
                struct descriptors d = reading(&all[i]);

                cr_expect_eq(d.wrong, MALFORMED_NOT, "%zu: %s", i, malformed_name(d.wrong));
                cr_expect_eq(d.interfaces.n, interfaces[i], "%zu: %u", i, d.interfaces.n);
                cr_expect(is_sound(&all[i]), "%zu", i);
        }
}

Test(descriptors_read, numbers_with_gaps_and_out_of_order_are_sound) {
        struct hardware h = hardware_device(0xef, 2, 1, 1, 2);

        hardware_configuration(&h, 3);
        hardware_interface(&h, 7, 0, 3, 1, 1, 0);
        hardware_interface(&h, 200, 0, 8, 6, 0x50, 0);
        hardware_interface(&h, 2, 1, 3, 0, 0, 0);
        cr_expect(is_sound(&h));
        cr_expect_eq(reading(&h).interfaces.n, 3);
}

/* ---- Whatever the bytes: never sound with less than the kernel sees -----------------------------------------------
 */

static bool may_be_let_in(const struct descriptors *d) {
        return !d->wrong || malformed_is_acceptable(d->wrong);
}

static bool sees_what_the_kernel_sees(const struct hardware *shown) {
        struct interfaces kernels = usbcore_interfaces(shown);
        struct descriptors d = reading(shown);

        return !may_be_let_in(&d) || interfaces_equal(&kernels, &d.interfaces);
}

/* ---- What Linux mends ------------------------------------------------------------------------------------------- */

/* After the first interface of a_keyboard(): device 18, configuration 9, interface 9, HID 9, endpoint 7. */
enum { CONFIGURATION_AT = 18, INTERFACE_AT = 27, SECOND_INTERFACE_AT = 52 };

static struct hardware announcing(size_t at, int more) {
        struct hardware h = a_keyboard();

        h.descriptors[at] = (uint8_t)(h.descriptors[at] + more);
        return h;
}

static struct hardware without_its_last_endpoint(void) {
        struct hardware h = a_keyboard();

        h.size -= 7;
        return h;
}

static struct hardware first_of_two_too_long(void) {
        struct hardware h = a_network_adapter();

        h.descriptors[CONFIGURATION_AT + 2]++;
        return h;
}

Test(descriptors_read, what_linux_mends_is_told_apart_and_reads_alike_once_mended) {
        const struct {
                struct hardware h;
                enum malformed wrong;
        } rows[] = {
                { announcing(CONFIGURATION_AT + 2, 1), MALFORMED_EXCESS_BYTE },
                { announcing(CONFIGURATION_AT + 2, 25), MALFORMED_TOTAL_LENGTH },
                { announcing(CONFIGURATION_AT + 3, 255), MALFORMED_TOTAL_LENGTH },
                { announcing(SECOND_INTERFACE_AT + 4, 1), MALFORMED_ENDPOINTS_MISSING },
                { announcing(SECOND_INTERFACE_AT + 4, 254), MALFORMED_ENDPOINTS_MISSING },
                { without_its_last_endpoint(), MALFORMED_TOTAL_LENGTH },
        };

        for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
                struct hardware h = rows[i].h;
                struct descriptors d = reading(&h);
                struct interfaces kernels = usbcore_interfaces(&h);

                cr_expect_eq(d.wrong, rows[i].wrong, "%zu: %s", i, malformed_name(d.wrong));
                cr_expect(interfaces_equal(&kernels, &d.interfaces), "%zu", i);
                descriptors_mend(&d, h.descriptors);
                cr_expect(is_sound(&h), "%zu: mended, both readers agree", i);
        }
}

Test(descriptors_read, what_could_be_read_in_two_ways_is_not_mended) {
        const struct {
                struct hardware h;
                enum malformed wrong;
        } rows[] = {
                { first_of_two_too_long(), MALFORMED_NESTED },
                { announcing(CONFIGURATION_AT + 4, 1), MALFORMED_INTERFACES },
                { announcing(INTERFACE_AT + 4, -1), MALFORMED_ENDPOINT_MORE },
        };

        for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
                struct descriptors d = reading(&rows[i].h);

                cr_expect_not(may_be_let_in(&d), "%zu: %s", i, malformed_name(d.wrong));
        }
}

Test(descriptors_read, a_contradiction_that_is_mended_hides_no_graver_one) {
        struct hardware h = announcing(CONFIGURATION_AT + 2, 1);

        h.descriptors[CONFIGURATION_AT + 4] = 1;
        cr_expect_eq(reading(&h).wrong, MALFORMED_INTERFACES);
}

Test(descriptors_read, more_configurations_than_there_may_be_leave_no_room_for_mends) {
        struct hardware h = hardware_device(0, 0, 0, 1, 2);

        for (unsigned i = 0; i < 200; i++) {
                hardware_configuration(&h, (uint8_t)(i + 1));
                hardware_interface(&h, 0, 0, 3, 1, 1, 0);
                h.descriptors[h.size - 9 + 4] = 1;
        }
        cr_expect_eq(reading(&h).wrong, MALFORMED_CONFIGURATIONS);
        cr_expect_leq(reading(&h).n_mends, DESCRIPTORS_MENDS);
}

Test(descriptors_read, every_single_byte_changed_hides_nothing) {
        for (size_t i = 0; i < CATALOGUE; i++) {
                struct hardware h = catalogue[i].build();

                for (size_t at = 0; at < h.size; at++) {
                        uint8_t before = h.descriptors[at];

                        for (unsigned value = 0; value < 256; value++) {
                                struct hardware shown;

                                h.descriptors[at] = (uint8_t)value;
                                cr_assert(sees_what_the_kernel_sees(&h), "%s[%zu] = %u", catalogue[i].name, at, value);
                                if (value % 16 > 1)
                                        continue;
                                shown = usbcore_shows(&h);
                                cr_assert(sees_what_the_kernel_sees(&shown), "%s[%zu] = %u, cut", catalogue[i].name, at,
                                          value);
                        }
                        h.descriptors[at] = before;
                }
        }
}

Test(descriptors_read, random_changes_hide_nothing_from_any_reader) {
        srandom(4711);
        for (int round = 0; round < 100000; round++) {
                struct hardware h = catalogue[(size_t)random() % CATALOGUE].build(), shown;

                for (int k = 0; k <= round % 5; k++)
                        h.descriptors[(size_t)random() % h.size] = (uint8_t)(round & 1 ? random() % 12 : random());
                shown = usbcore_shows(&h);
                cr_assert(sees_what_the_kernel_sees(&shown), "round %d", round);
                (void)is_sound(&shown); /* libusb must survive it */
        }
}
