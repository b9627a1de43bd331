/* SPDX-License-Identifier: MIT */
/* uuid.h — a UUID as text and as bytes (RFC 9562 §4). */
#pragma once

#include "base/hex.h"

#include <string.h>

#define UUID_SIZE 16
#define UUID_TEXT 37 /* with its NUL */

static inline bool uuid_is_dash(size_t at) {
        return at == 8 || at == 13 || at == 18 || at == 23;
}

/* 8-4-4-4-12 digits of either case, nothing behind them, not all zero. False leaves `to` half written. */
static inline bool uuid_parse(const char *s, uint8_t to[UUID_SIZE]) {
        static const uint8_t none[UUID_SIZE];
        size_t n = 0;

        for (size_t at = 0; at < UUID_TEXT - 1; at++) {
                if (uuid_is_dash(at) ? s[at] != '-' : hex_digit(s[at]) < 0)
                        return false;
                if (!uuid_is_dash(at)) {
                        to[n / 2] = (uint8_t)(to[n / 2] << 4 | hex_digit(s[at]));
                        n++;
                }
        }
        return !s[UUID_TEXT - 1] && memcmp(to, none, UUID_SIZE) != 0;
}

static inline void uuid_text(const uint8_t uuid[UUID_SIZE], char to[UUID_TEXT]) {
        char digits[2 * UUID_SIZE + 1];
        size_t n = 0;

        hex_of(uuid, UUID_SIZE, digits);
        for (size_t at = 0; at < UUID_TEXT - 1; at++)
                to[at] = uuid_is_dash(at) ? '-' : digits[n++];
        to[UUID_TEXT - 1] = '\0';
}
