/* SPDX-License-Identifier: MIT */
/* quote.c — a strict UTF-8 decoder; hidden characters, ' and \ become \xNN byte by byte. See quote.h. */
#include "base/quote.h"

#include "base/hex.h"

#include <string.h>

struct lead {
        unsigned char mask, value, size;
        unsigned least; /* a smaller code point in this many bytes is overlong */
};

static const struct lead leads[] = {
        { 0x80, 0x00, 1, 0 },
        { 0xe0, 0xc0, 2, 0x80 },
        { 0xf0, 0xe0, 3, 0x800 },
        { 0xf8, 0xf0, 4, 0x10000 },
};

static const struct lead *lead_of(unsigned char c) {
        for (size_t i = 0; i < sizeof leads / sizeof *leads; i++)
                if ((c & leads[i].mask) == leads[i].value)
                        return &leads[i];
        return NULL;
}

size_t utf8_next(const char *s, size_t n, unsigned *ret) {
        const unsigned char *in = (const unsigned char *)s;
        const struct lead *lead = n ? lead_of(in[0]) : NULL;
        unsigned c;

        if (!lead || lead->size > n)
                return 0;
        c = in[0] & (unsigned char)~lead->mask;
        for (size_t i = 1; i < lead->size; i++) {
                if ((in[i] & 0xc0) != 0x80)
                        return 0;
                c = c << 6 | (in[i] & 0x3f);
        }
        if (c < lead->least || (c >= 0xd800 && c <= 0xdfff) || c > 0x10ffff)
                return 0;
        *ret = c;
        return lead->size;
}

bool character_hides(unsigned c) {
        return c < 0x20 || (c >= 0x7f && c <= 0x9f)        /* C0, DEL, C1 (NEL is a line break to YAML) */
               || c == 0x2028 || c == 0x2029               /* line breaks to YAML, not to an editor */
               || c == 0x200e || c == 0x200f || c == 0x61c /* direction marks */
               || (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) || c == 0xfeff;
}

/* One character of the input as it will be shown: at most four bytes. Returns how many bytes of the input it was. A
 * name must not close its own quotation marks: 「」 within it become 『』, as people write them in Japanese. */
static size_t quote_show(const char *s, size_t n, char to[5]) {
        unsigned c = 0;
        size_t size = utf8_next(s, n, &c);

        if (c == 0x300c || c == 0x300d) {
                memcpy(to, c == 0x300c ? "『" : "』", sizeof "『");
                return size;
        }
        if (size && !character_hides(c) && c != '\'' && c != '\\') {
                memcpy(to, s, size);
                to[size] = '\0';
                return size;
        }
        memcpy(to, "\\x", 2);
        hex_of(s, 1, to + 2);
        return 1;
}

struct quoted shown(const char *s) {
        struct quoted ret = { "" };
        size_t n = strlen(s), used = 0;
        char one[5];

        while (n > 0) {
                size_t taken = quote_show(s, n, one), size = strlen(one);

                if (used + size + sizeof "「」…" > sizeof ret.text) {
                        memcpy(ret.text + used, "…", sizeof "…");
                        break;
                }
                memcpy(ret.text + used, one, size + 1);
                used += size;
                s += taken;
                n -= taken;
        }
        return ret;
}

static struct quoted quote_between(const char *before, const char *s, const char *behind) {
        struct quoted ret = shown(s);
        size_t n = strlen(ret.text), marks = strlen(before);

        memmove(ret.text + marks, ret.text, n);
        memcpy(ret.text, before, marks);
        memcpy(ret.text + marks + n, behind, strlen(behind) + 1);
        return ret;
}

struct quoted quote(const char *s) {
        return quote_between("'", s, "'");
}

struct quoted quote_in(enum language l, const char *s) {
        return quote_between(SAY(l, "「", "'"), s, SAY(l, "」", "'"));
}
