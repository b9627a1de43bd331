/* SPDX-License-Identifier: MIT */
/* address_range.c — ranges of addresses compared, and in words. */
#include "decision/network.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#define V4_BYTES 4
#define V6_BYTES 16
#define WIDE_V4 16 /* bits of a prefix that still names one organisation */
#define WIDE_V6 48

static size_t address_range_bytes(const struct address_range *r) {
        return r->v6 ? V6_BYTES : V4_BYTES;
}

bool address_range_covers(const struct address_range *outer, const struct address_range *inner) {
        size_t n = address_range_bytes(outer);

        return outer->v6 == inner->v6 && memcmp(outer->first, inner->first, n) <= 0
               && memcmp(inner->last, outer->last, n) <= 0;
}

bool address_ranges_meet(const struct address_range *a, const struct address_range *b) {
        size_t n = address_range_bytes(a);

        return a->v6 == b->v6 && memcmp(a->first, b->last, n) <= 0 && memcmp(b->first, a->last, n) <= 0;
}

/* Bits that first and last have in common, from the left. */
static unsigned address_range_common(const struct address_range *r) {
        unsigned bits = 0, n = (unsigned)address_range_bytes(r) * 8;

        while (bits < n && ((r->first[bits / 8] ^ r->last[bits / 8]) & (0x80 >> bits % 8)) == 0)
                bits++;
        return bits;
}

/* More than 2^16 addresses are wide wherever they begin: 10.0.255.0-10.1.0.255 has few, and no common prefix. */
bool address_range_is_wide(const struct address_range *r) {
        size_t n = (r->v6 ? WIDE_V6 : WIDE_V4) / 8;
        uint64_t first = 0, last = 0;

        for (size_t i = 0; i < n; i++) {
                first = first << 8 | r->first[i];
                last = last << 8 | r->last[i];
        }
        if (last - first != 1)
                return last != first;
        /* Across one border: wide once it has gone all the way round. */
        return memcmp(r->last + n, r->first + n, address_range_bytes(r) - n) >= 0;
}

bool address_range_goes_on(const struct address_range *r, const struct address_range *next) {
        uint8_t behind[sizeof r->last];

        memcpy(behind, r->last, sizeof behind);
        for (size_t i = address_range_bytes(r); i-- > 0 && ++behind[i] == 0;)
                ;
        return r->v6 == next->v6 && memcmp(behind, next->first, sizeof behind) == 0;
}

static bool address_range_is_prefix(const struct address_range *r, unsigned bits) {
        for (unsigned i = bits; i < address_range_bytes(r) * 8; i++)
                if (r->first[i / 8] & (0x80 >> i % 8) || !(r->last[i / 8] & (0x80 >> i % 8)))
                        return false;
        return true;
}

void address_range_text(const struct address_range *r, char ret[ADDRESS_RANGE_TEXT]) {
        char first[INET6_ADDRSTRLEN], last[INET6_ADDRSTRLEN];
        unsigned bits = address_range_common(r);
        int family = r->v6 ? AF_INET6 : AF_INET;

        (void)inet_ntop(family, r->first, first, sizeof first);
        (void)inet_ntop(family, r->last, last, sizeof last);
        if (bits == address_range_bytes(r) * 8)
                (void)snprintf(ret, ADDRESS_RANGE_TEXT, "%s", first);
        else if (address_range_is_prefix(r, bits))
                (void)snprintf(ret, ADDRESS_RANGE_TEXT, "%s/%u", first, bits);
        else
                (void)snprintf(ret, ADDRESS_RANGE_TEXT, "%s-%s", first, last);
}
