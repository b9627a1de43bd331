/* SPDX-License-Identifier: MIT */
/* report.c — whatever a device says of its reports: what passes for a security key's has no usage of another page, as
 * hid-core reads them (drivers/hid/hid-core.c: hid_parser_main, hid_parser_global, hid_parser_local). */
#include "observer/report.h"

#include "fuzz/fuzz.h"

#include <stdbool.h>

void fuzz_seeds(void (*add)(const void *p, size_t n)) {
        static const uint8_t key[] = { 0x06, 0xd0, 0xf1, 0x09, 0x01, 0xa1, 0x01, 0x09, 0x20, 0x15, 0x00, 0x26,
                                       0xff, 0x00, 0x75, 0x08, 0x95, 0x40, 0x81, 0x02, 0x09, 0x21, 0x15, 0x00,
                                       0x26, 0xff, 0x00, 0x75, 0x08, 0x95, 0x40, 0x91, 0x02, 0xc0 };
        static const uint8_t keyboard[] = { 0x06, 0xd0, 0xf1, 0x09, 0x01, 0xa1, 0x01, 0xa4, 0x05, 0x07, 0x1b,
                                            0xe0, 0x00, 0x07, 0x00, 0x29, 0xe7, 0x81, 0x02, 0xb4, 0xc0 };

        add(key, sizeof key);
        add(keyboard, sizeof keyboard);
}

/* Does the kernel find a usage of another page than FIDO's? It resolves short usages by the page at the main item. */
static bool kernel_finds_other(const uint8_t *p, size_t n) {
        uint32_t page = 0, pages[16] = { 0 };
        unsigned pushed = 0, shorts = 0;
        bool other = false;

        for (size_t i = 0; i < n;) {
                unsigned size = p[i] & 3, item = p[i] & 0xfc;
                uint32_t value = 0;

                if (p[i] == 0xfe) {
                        i += n - i < 2 ? n - i : 3u + p[i + 1];
                        continue;
                }
                size = size == 3 ? 4 : size;
                if (n - i - 1 < size)
                        return true; /* it gives up, and there is no device */
                for (unsigned k = size; k > 0; k--)
                        value = value << 8 | p[i + k];
                i += 1 + size;
                if (item == 0x04)
                        page = value;
                else if (item == 0xa4 && pushed < 16)
                        pages[pushed++] = page;
                else if (item == 0xb4 && pushed > 0)
                        page = pages[--pushed];
                else if ((item == 0x08 || item == 0x18 || item == 0x28) && size == 4)
                        other = other || value >> 16 != 0xf1d0;
                else if (item == 0x08 || item == 0x18 || item == 0x28)
                        shorts++;
                else if ((item & 0x0c) == 0) {
                        other = other || (shorts > 0 && page != 0xf1d0);
                        shorts = 0;
                }
        }
        return other;
}

void fuzz_try(const uint8_t *p, size_t n) {
        const struct report r = report_read(bytes_of(p, n));

        CLAIM(r.fido || r.other);
        CLAIM(r.other || !kernel_finds_other(p, n));
}
