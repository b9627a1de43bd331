/* SPDX-License-Identifier: MIT */
/* seed_text.c — see seed_text.h. */
#include "base/seed_text.h"

#include "base/hex.h"
#include "base/secret.h"

#include <errno.h>

static int seed_text_base32_digit(char c) {
        if (c >= 'a' && c <= 'z')
                return c - 'a';
        if (c >= 'A' && c <= 'Z')
                return c - 'A';
        return c >= '2' && c <= '7' ? c - '2' + 26 : -1;
}

int seed_text_tidy(const char *text, struct seed_text *ret) {
        for (; *text; text++) {
                if (*text == ' ')
                        continue;
                if (*text == '=') {
                        ret->padded = true;
                        continue;
                }
                if (ret->padded)
                        return -EINVAL;
                if (ret->n == sizeof ret->at)
                        return -ERANGE;
                ret->at[ret->n++] = *text;
        }
        return 0;
}

/* RFC 4648: a last group of 1, 3 or 6 characters is invalid. */
bool seed_text_is_base32(const struct seed_text *s) {
        static const bool ends[8] = { true, false, true, false, true, true, false, true };

        for (size_t i = 0; i < s->n; i++)
                if (seed_text_base32_digit(s->at[i]) < 0)
                        return false;
        return ends[s->n % 8];
}

bool seed_text_is_hex(const struct seed_text *s) {
        for (size_t i = 0; i < s->n; i++)
                if (hex_digit(s->at[i]) < 0)
                        return false;
        return !s->padded && s->n % 2 == 0;
}

/* Leftover bits at the end are ignored, as phones and oathtool do. */
static void seed_text_from_digits(const char *digits, size_t n, int (*digit)(char), unsigned width, uint8_t *to) {
        unsigned bits = 0, have = 0;

        for (size_t i = 0; i < n; i++) {
                bits = (bits << width | (unsigned)digit(digits[i])) & 0xfff;
                have += width;
                if (have >= 8) {
                        have -= 8;
                        *to++ = (uint8_t)(bits >> have);
                }
        }
        secret_wipe(&bits, sizeof bits);
}

int seed_text_decode(const struct seed_text *s, bool as_hex, uint8_t ret[SEED_MOST], uint8_t *ret_n) {
        unsigned width = as_hex ? 4 : 5;
        size_t n = s->n * width / 8;

        if (n < SEED_LEAST || n > SEED_MOST)
                return -ERANGE;
        memset(ret, 0, SEED_MOST);
        seed_text_from_digits(s->at, s->n, as_hex ? hex_digit : seed_text_base32_digit, width, ret);
        *ret_n = (uint8_t)n;
        return 0;
}
