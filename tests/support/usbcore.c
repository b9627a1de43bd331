/* SPDX-License-Identifier: MIT */
/* usbcore.c — walks by bLength as usb_parse_configuration() does; 32 interfaces, 128 settings each. See usbcore.h. */
#include "support/usbcore.h"

#include <string.h>

enum { DEVICE = 18, CONFIGURATION = 9, INTERFACE = 9, INTERFACES_MAX = 32, ALTERNATES_MAX = 128 };

static size_t announced(const uint8_t *c, size_t left) {
        size_t total = left < 4 ? left : (size_t)(c[2] | c[3] << 8);

        if (total < CONFIGURATION)
                total = CONFIGURATION;
        return total < left ? total : left;
}

/* usb_parse_configuration's first loop: how far lengths make sense. */
static size_t believed(const uint8_t *c, size_t size) {
        size_t at = c[0];

        while (at + 2 <= size && c[at] >= 2 && at + c[at] <= size)
                at += c[at];
        return at;
}

struct hardware usbcore_shows(const struct hardware *answered) {
        struct hardware shown = *answered;
        size_t from = DEVICE, to = DEVICE;

        for (unsigned i = 0; i < answered->descriptors[17] && from < answered->size; i++) {
                const uint8_t *c = answered->descriptors + from;
                size_t size = announced(c, answered->size - from), keep;

                if (size < CONFIGURATION || c[0] < CONFIGURATION || c[0] > size || c[1] != 2)
                        break; /* -EINVAL: there is no such device at all */
                keep = believed(c, size);
                memmove(shown.descriptors + to, c, keep);
                to += keep;
                from += size;
        }
        shown.size = to;
        return shown;
}

struct kept {
        uint8_t numbers[INTERFACES_MAX], counts[INTERFACES_MAX], settings[INTERFACES_MAX][ALTERNATES_MAX];
        unsigned n;
};

/* usb_parse_interface: at most so many numbers, so many settings of each, the first of two alike. */
static bool keeps(struct kept *k, uint8_t number, uint8_t setting) {
        unsigned i = 0;

        while (i < k->n && k->numbers[i] != number)
                i++;
        if (i == INTERFACES_MAX)
                return false;
        if (i == k->n)
                k->numbers[k->n++] = number;
        if (k->counts[i] == ALTERNATES_MAX || memchr(k->settings[i], setting, k->counts[i]))
                return false;
        k->settings[i][k->counts[i]++] = setting;
        return true;
}

/* The descriptors up to the next interface: is there a CCID one among them (type 0x21, 54 bytes)? */
static bool followed_by_ccid(const uint8_t *c, size_t size, size_t at) {
        for (at += c[at]; at + 2 <= size && c[at] >= 2 && at + c[at] <= size && c[at + 1] != 4; at += c[at])
                if (c[at] == 54 && c[at + 1] == 0x21)
                        return true;
        return false;
}

static void read_configuration(const uint8_t *c, size_t size, struct interfaces *ret) {
        struct kept k = { 0 };

        for (size_t at = c[0]; at + 2 <= size && c[at] >= 2 && at + c[at] <= size; at += c[at]) {
                const uint8_t *d = c + at;

                if (d[1] == 4 && d[0] >= INTERFACE && keeps(&k, d[2], d[3]))
                        interfaces_add(ret, (struct interface_facts){ c[5], d[2], d[5], d[6], d[7] },
                                       followed_by_ccid(c, size, at));
        }
}

struct interfaces usbcore_interfaces(const struct hardware *shown) {
        struct interfaces ret = { 0 };
        size_t at = DEVICE;

        for (unsigned i = 0; shown->size > DEVICE && i < shown->descriptors[17] && at + CONFIGURATION <= shown->size;
             i++) {
                size_t size = announced(shown->descriptors + at, shown->size - at);

                if (shown->descriptors[at] >= CONFIGURATION && shown->descriptors[at] <= size)
                        read_configuration(shown->descriptors + at, size, &ret);
                at += size;
        }
        return ret;
}
