/* SPDX-License-Identifier: MIT */
/* encoding.c — see encoding.h. A text that is no UTF-8 is Shift_JIS (as Windows writes it, CP932) only where it cannot
 * be EUC-JP as well: names would be garbled silently. */
#include "seeds/encoding.h"

#include "base/secret.h"

#include <iconv.h>
#include <stdbool.h>
#include <stdlib.h>

static iconv_t from_shift_jis = (iconv_t)-1, from_euc = (iconv_t)-1;

void encoding_prepare(void) {
        from_shift_jis = iconv_open("UTF-8", "CP932");
        from_euc = iconv_open("UTF-8", "EUC-JP");
}

/* Bytes of the letter that begins here; 0: it is no UTF-8 (RFC 3629: the shortest form, no surrogates). */
static size_t encoding_letter(struct bytes b) {
        static const struct {
                uint8_t from, to, second_from, second_to, n;
        } forms[] = { { 0x00, 0x7F, 0, 0, 1 },       { 0xC2, 0xDF, 0x80, 0xBF, 2 }, { 0xE0, 0xE0, 0xA0, 0xBF, 3 },
                      { 0xE1, 0xEC, 0x80, 0xBF, 3 }, { 0xED, 0xED, 0x80, 0x9F, 3 }, { 0xEE, 0xEF, 0x80, 0xBF, 3 },
                      { 0xF0, 0xF0, 0x90, 0xBF, 4 }, { 0xF1, 0xF3, 0x80, 0xBF, 4 }, { 0xF4, 0xF4, 0x80, 0x8F, 4 } };

        for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
                size_t n = forms[i].n;

                if (b.at[0] < forms[i].from || b.at[0] > forms[i].to)
                        continue;
                if (b.left < n || (n > 1 && (b.at[1] < forms[i].second_from || b.at[1] > forms[i].second_to)))
                        return 0;
                for (size_t k = 2; k < n; k++)
                        if ((b.at[k] & 0xC0) != 0x80)
                                return 0;
                return n;
        }
        return 0;
}

/* How many bytes from the beginning are UTF-8. */
static size_t encoding_utf8(struct bytes b) {
        size_t all = b.left, n;

        while (b.left && (n = encoding_letter(b)) > 0)
                (void)bytes_take(&b, n);
        return all - b.left;
}

/* All of it, or false. An incomplete letter at the end is an error, too. */
static bool encoding_convert(iconv_t with, struct bytes raw, uint8_t *to, size_t size, size_t *ret_n) {
        char *in = (char *)(uintptr_t)raw.at, *out = (char *)to;
        size_t in_left = raw.left, out_left = size;

        if (with == (iconv_t)-1 || iconv(with, NULL, NULL, NULL, NULL) == (size_t)-1
            || iconv(with, &in, &in_left, &out, &out_left) != 0)
                return false;
        *ret_n = size - out_left;
        return in_left == 0;
}

static bool encoding_own(struct decoded *d, size_t size) {
        d->size = size;
        d->owned = malloc(size ? size : 1);
        return d->owned != NULL;
}

/* Three bytes at most for two of Shift_JIS, or for one (katakana of half width). */
static bool encoding_shift_jis(struct bytes raw, struct decoded *d) {
        size_t n;

        if (!encoding_own(d, 3 * raw.left) || encoding_convert(from_euc, raw, d->owned, d->size, &n)
            || !encoding_convert(from_shift_jis, raw, d->owned, d->size, &n))
                return false;
        d->text = bytes_of(d->owned, n);
        return true;
}

static size_t encoding_put(uint32_t letter, uint8_t *to) {
        if (letter < 0x80)
                return to[0] = (uint8_t)letter, 1;
        if (letter < 0x800)
                return to[0] = (uint8_t)(0xC0 | letter >> 6), to[1] = (uint8_t)(0x80 | (letter & 0x3F)), 2;
        if (letter < 0x10000)
                return to[0] = (uint8_t)(0xE0 | letter >> 12), to[1] = (uint8_t)(0x80 | (letter >> 6 & 0x3F)),
                       to[2] = (uint8_t)(0x80 | (letter & 0x3F)), 3;
        to[0] = (uint8_t)(0xF0 | letter >> 18);
        to[1] = (uint8_t)(0x80 | (letter >> 12 & 0x3F));
        to[2] = (uint8_t)(0x80 | (letter >> 6 & 0x3F));
        to[3] = (uint8_t)(0x80 | (letter & 0x3F));
        return 4;
}

static uint32_t encoding_unit(struct bytes *b, bool big) {
        uint16_t unit = bytes_u16(b);

        return big ? (uint32_t)(uint16_t)(unit << 8 | unit >> 8) : unit;
}

static bool encoding_utf16(struct bytes raw, bool big, struct decoded *d) {
        size_t n = 0;

        if (raw.left % 2 || !encoding_own(d, 2 * raw.left))
                return false;
        while (raw.left) {
                uint32_t letter = encoding_unit(&raw, big), low;

                if (letter >= 0xD800 && letter < 0xDC00) {
                        low = encoding_unit(&raw, big);
                        if (low < 0xDC00 || low > 0xDFFF || raw.broken)
                                return false;
                        letter = 0x10000 + ((letter - 0xD800) << 10) + (low - 0xDC00);
                } else if (letter >= 0xDC00 && letter < 0xE000) {
                        return false;
                }
                n += encoding_put(letter, d->owned + n);
        }
        d->text = bytes_of(d->owned, n);
        return true;
}

/* By its byte order mark; else the zeros of its first two letters show it. */
static bool encoding_is_utf16(struct bytes b, bool *ret_big, size_t *ret_mark) {
        bool little_mark = b.left >= 2 && b.at[0] == 0xFF && b.at[1] == 0xFE,
             big_mark = b.left >= 2 && b.at[0] == 0xFE && b.at[1] == 0xFF,
             little = b.left >= 4 && b.at[0] && !b.at[1] && b.at[2] && !b.at[3],
             big = b.left >= 4 && !b.at[0] && b.at[1] && !b.at[2] && b.at[3];

        *ret_big = big_mark || big;
        *ret_mark = little_mark || big_mark ? 2 : 0;
        return little_mark || big_mark || little || big;
}

void encoding_decode(struct bytes raw, struct decoded *ret) {
        bool big;
        size_t mark, n;

        *ret = (struct decoded){ 0 };
        if (encoding_is_utf16(raw, &big, &mark)) {
                (void)bytes_take(&raw, mark);
                ret->encoding = encoding_utf16(raw, big, ret) ? ENCODING_UTF16 : ENCODING_NONE;
                return;
        }
        if (raw.left >= 3 && memcmp(raw.at, "\xEF\xBB\xBF", 3) == 0)
                (void)bytes_take(&raw, 3);
        n = encoding_utf8(raw);
        ret->text = bytes_of(raw.at, n);
        ret->encoding = n == raw.left                  ? ENCODING_UTF8
                        : encoding_shift_jis(raw, ret) ? ENCODING_SHIFT_JIS
                                                       : ENCODING_NONE;
}

const char *encoding_name(enum encoding e) {
        static const char *const names[] = { "", "UTF-8", "UTF-16", "Shift_JIS" };

        return names[e];
}

void decoded_deinit(struct decoded *d) {
        if (d->owned)
                secret_wipe(d->owned, d->size);
        free(d->owned);
        *d = (struct decoded){ 0 };
}
