/* SPDX-License-Identifier: MIT */
/* report.c — real report descriptors, and those that would pass for a security key's. */
#include "observer/report.h"

#include <criterion/criterion.h>

TestSuite(report_read, .timeout = 10);

/* As of a YubiKey 5, a SoloKey and the FIDO specification (§2.4.2.1, "an example"). */
#define KEY                                                                                                            \
        0x06, 0xd0, 0xf1, 0x09, 0x01, 0xa1, 0x01, 0x09, 0x20, 0x15, 0x00, 0x26, 0xff, 0x00, 0x75, 0x08, 0x95, 0x40,    \
                0x81, 0x02, 0x09, 0x21, 0x15, 0x00, 0x26, 0xff, 0x00, 0x75, 0x08, 0x95, 0x40, 0x91, 0x02, 0xc0
/* HID 1.11, appendix E.6, shortened: modifiers in, keys in. */
#define KEYBOARD                                                                                                       \
        0x05, 0x01, 0x09, 0x06, 0xa1, 0x01, 0x05, 0x07, 0x19, 0xe0, 0x29, 0xe7, 0x15, 0x00, 0x25, 0x01, 0x75, 0x01,    \
                0x95, 0x08, 0x81, 0x02, 0xc0

#define ROW(fido, other, ...)                                                                                          \
        { (const uint8_t[]){ __VA_ARGS__ }, sizeof((const uint8_t[]){ __VA_ARGS__ }), fido, other }

static const struct row {
        const uint8_t *raw;
        size_t size;
        bool fido, other;
} rows[] = {
        ROW(true, false, KEY),
        ROW(true, false, KEY, KEY),
        ROW(false, true, KEYBOARD),
        ROW(true, true, KEY, KEYBOARD),
        ROW(true, true, KEYBOARD, KEY),
        /* Usages of four bytes carry their page: first FIDO's, then a keyboard's within a key's collection. */
        ROW(true, false, 0x06, 0xd0, 0xf1, 0x0b, 0x01, 0x00, 0xd0, 0xf1, 0xa1, 0x01, 0xc0),
        ROW(true, true, 0x06, 0xd0, 0xf1, 0x09, 0x01, 0xa1, 0x01, 0x0b, 0x04, 0x00, 0x07, 0x00, 0x81, 0x02, 0xc0),
        ROW(true, true, 0x06, 0xd0, 0xf1, 0x09, 0x01, 0xa1, 0x01, 0x1b, 0xe0, 0x00, 0x07, 0x00, 0x81, 0x02, 0xc0),
        /* The page changes inside. */
        ROW(true, true, 0x06, 0xd0, 0xf1, 0x09, 0x01, 0xa1, 0x01, 0x05, 0x07, 0x09, 0x04, 0x81, 0x02, 0xc0),
        /* Another usage of that page, none, a collection that is no application. */
        ROW(false, true, 0x06, 0xd0, 0xf1, 0x09, 0x02, 0xa1, 0x01, 0xc0),
        ROW(false, true, 0x06, 0xd0, 0xf1, 0xa1, 0x01, 0xc0),
        ROW(false, true, 0x06, 0xd0, 0xf1, 0x09, 0x01, 0xa1, 0x00, 0xc0),
        ROW(true, true, KEY, 0xa1, 0x01, 0xc0), /* a usage is for one collection */
        /* Push, pop, a long item, data outside, unbalanced. */
        ROW(true, true, 0xa4, KEY, 0xb4),
        ROW(true, true, 0xfe, 0x01, 0x00, 0x00, KEY),
        ROW(true, true, KEY, 0x81, 0x02),
        ROW(true, true, KEY, 0xc0),
        ROW(true, true, 0x06, 0xd0, 0xf1, 0x09, 0x01, 0xa1, 0x01),
        ROW(false, true, 0x00),
};

Test(report_read, a_key_is_nothing_but_a_key) {
        for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
                struct report r = report_read(bytes_of(rows[i].raw, rows[i].size));

                cr_expect_eq(r.fido, rows[i].fido, "%zu", i);
                cr_expect_eq(r.other, rows[i].other, "%zu", i);
        }
        cr_expect(report_read(bytes_of("", 0)).other);
}

Test(report_read, every_truncation_is_something_else) {
        static const uint8_t key[] = { KEY };

        for (size_t n = 0; n < sizeof key; n++)
                cr_expect(report_read(bytes_of(key, n)).other, "%zu", n);
}

/* No page but FIDO's, wherever it is named, leaves a key a key. */
Test(report_read, every_other_page_is_something_else) {
        uint8_t raw[] = { 0x06, 0xd0, 0xf1, 0x09, 0x01, 0xa1, 0x01, 0x06, 0x00, 0x00, 0x09, 0x04, 0x81, 0x02, 0xc0 };

        for (unsigned page = 0; page <= UINT16_MAX; page++) {
                raw[8] = (uint8_t)page, raw[9] = (uint8_t)(page >> 8);
                cr_assert_eq(report_read(bytes_of(raw, sizeof raw)).other, page != 0xf1d0, "%04x", page);
        }
}
