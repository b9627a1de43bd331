/* SPDX-License-Identifier: MIT */
/* address.c — see address.h. inet_pton() is strict: no leading zeros, no missing parts, no zone. */
#include "language/address.h"

#include "base/hex.h"
#include "language/value.h"

#include <arpa/inet.h>
#include <string.h>

#define ADDRESS_MAX INET6_ADDRSTRLEN
#define V4_BITS 32
#define V6_BITS 128

static const struct phrase
        no_address = { "IPアドレスではありません（名前は使えません。10.1.2.3、10.1.2.0/24、10.1.2.10-10.1.2.20 のように書きます）",
                       "is not an IP address (a name cannot be used: write 10.1.2.3, 10.1.2.0/24 or "
                       "10.1.2.10-10.1.2.20)" },
        no_prefix = { "/ の後ろの長さが正しくありません", "has no valid length behind the /" },
        bits_behind = { "/ の後ろの長さより下の桁が 0 ではありません", "has bits set behind the length of its prefix" },
        two_kinds = { "IPv4 と IPv6 が混ざっています", "mixes IPv4 and IPv6" },
        backwards = { "終わりが始まりより前です", "ends before it begins" },
        own = { "この端末自身を指すアドレスです（端末の中の通信は制限しません）",
                "is the terminal's own (what stays inside it is not limited)" },
        mapped = { "IPv6 の形で書いた IPv4 アドレスです。IPv4 の形で書きます",
                   "is an IPv4 address in the form of IPv6: write it as IPv4" };

static bool address_read(const char *s, size_t n, struct address_range *ret) {
        char text[ADDRESS_MAX];

        if (n == 0 || n >= sizeof text)
                return false;
        memcpy(text, s, n);
        text[n] = '\0';
        *ret = (struct address_range){ .v6 = memchr(text, ':', n) != NULL };
        if (inet_pton(ret->v6 ? AF_INET6 : AF_INET, text, ret->first) != 1)
                return false;
        memcpy(ret->last, ret->first, sizeof ret->last);
        return true;
}

static const struct phrase *prefix_read(const char *length, struct address_range *r) {
        uint64_t bits;

        if (!number_parse(length, &bits) || bits > (r->v6 ? V6_BITS : V4_BITS))
                return &no_prefix;
        for (unsigned i = (unsigned)bits; i < (r->v6 ? V6_BITS : V4_BITS); i++) {
                if (r->first[i / 8] & (0x80 >> i % 8))
                        return &bits_behind;
                r->last[i / 8] |= (uint8_t)(0x80 >> i % 8);
        }
        return NULL;
}

static const struct phrase *end_read(const char *end, struct address_range *r) {
        struct address_range last;

        if (!address_read(end, strlen(end), &last))
                return &no_address;
        if (last.v6 != r->v6)
                return &two_kinds;
        memcpy(r->last, last.first, sizeof r->last);
        return memcmp(r->first, r->last, sizeof r->first) > 0 ? &backwards : NULL;
}

/* RFC 1122, RFC 4291. Everything (::/0, 0.0.0.0/0) includes these, and does not mean them. */
static const struct phrase *address_misplaced(const struct address_range *r) {
        static const uint8_t v6_loop[16] = { [15] = 1 }, v4_in_v6[12] = { [10] = 0xff, [11] = 0xff };

        if (r->v6 && memcmp(r->first, v4_in_v6, sizeof v4_in_v6) == 0)
                return &mapped;
        if (r->v6 ? memcmp(r->last, v6_loop, sizeof v6_loop) <= 0 : r->first[0] == 127 && r->last[0] == 127)
                return &own;
        return NULL;
}

const struct phrase *address_range_parse(const char *s, struct address_range *ret) {
        size_t n = strcspn(s, "/-");
        const struct phrase *fault = NULL;

        if (!address_read(s, n, ret))
                return &no_address;
        if (s[n] == '/')
                fault = prefix_read(s + n + 1, ret);
        else if (s[n] == '-')
                fault = end_read(s + n + 1, ret);
        return fault ? fault : address_misplaced(ret);
}

const struct phrase *address_parse(const char *s, struct address_range *ret) {
        return address_read(s, strlen(s), ret) ? address_misplaced(ret) : &no_address;
}

bool port_range_parse(const char *s, struct port_range *ret) {
        char first[8];
        size_t n = strcspn(s, "-");
        uint64_t from, to;

        if (n >= sizeof first)
                return false;
        memcpy(first, s, n);
        first[n] = '\0';
        if (!number_parse(first, &from) || !number_parse(s[n] ? s + n + 1 : first, &to))
                return false;
        if (from < 1 || to < from || to > UINT16_MAX)
                return false;
        *ret = (struct port_range){ (uint16_t)from, (uint16_t)to };
        return true;
}

bool mac_parse(const char *s, uint8_t ret[NETWORK_MAC]) {
        static const uint8_t nobody[NETWORK_MAC];

        for (size_t i = 0; i < NETWORK_MAC; i++, s += 3) {
                int64_t byte = hex_number(s, 2);

                if (byte < 0 || s[2] != (i + 1 < NETWORK_MAC ? ':' : '\0'))
                        return false;
                ret[i] = (uint8_t)byte;
        }
        return !(ret[0] & 1) && memcmp(ret, nobody, sizeof nobody) != 0;
}
