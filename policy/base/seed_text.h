/* SPDX-License-Identifier: MIT */
/* seed_text.h — a token's secret as people and makers write it: base32 (RFC 4648) or hexadecimal. Which of the two it
 * is, the caller knows or decides: many a text is both. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SEED_TEXT_MAX 256 /* without spaces; more is no seed */
#define SEED_LEAST 16     /* bytes: RFC 4226 §4, R6 */
#define SEED_MOST 64

struct seed_text {
        char at[SEED_TEXT_MAX];
        size_t n;
        bool padded; /* had '=' at its end: so it is base32 */
};

/* Without spaces, and without padding at the end. -EINVAL, -ERANGE (too long for any seed). Wipe it after use. */
int seed_text_tidy(const char *text, struct seed_text *ret);

bool seed_text_is_base32(const struct seed_text *s);
bool seed_text_is_hex(const struct seed_text *s);

/* Of one that is base32 or hexadecimal. -ERANGE: not 16 to 64 bytes. */
int seed_text_decode(const struct seed_text *s, bool as_hex, uint8_t ret[SEED_MOST], uint8_t *ret_n);
