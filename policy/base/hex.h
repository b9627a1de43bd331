/* SPDX-License-Identifier: MIT */
/* hex.h — bytes as lower-case hexadecimal text, and back. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* `to` holds 2 n + 1 characters. */
static inline void hex_of(const void *p, size_t n, char *to) {
        static const char digits[] = "0123456789abcdef";
        const uint8_t *in = p;

        for (size_t i = 0; i < n; i++) {
                to[2 * i] = digits[in[i] >> 4];
                to[2 * i + 1] = digits[in[i] & 15];
        }
        to[2 * n] = '\0';
}

/* The value of one digit of either case, or -1. */
static inline int hex_digit(char c) {
        if (c >= '0' && c <= '9')
                return c - '0';
        if (c >= 'a' && c <= 'f')
                return c - 'a' + 10;
        if (c >= 'A' && c <= 'F')
                return c - 'A' + 10;
        return -1;
}

/* Exactly `digits` digits at `s` as a number (at most 8), or -1. What follows them is the caller's business. */
static inline int64_t hex_number(const char *s, size_t digits) {
        int64_t value = 0;

        for (size_t i = 0; i < digits; i++) {
                int digit = hex_digit(s[i]);

                if (digit < 0)
                        return -1;
                value = value << 4 | digit;
        }
        return value;
}

/* Exactly 2 n digits, and nothing behind them, as n bytes. False leaves `to` half written. */
static inline bool hex_bytes(const char *s, uint8_t *to, size_t n) {
        for (size_t i = 0; i < n; i++, s += 2) {
                int64_t byte = hex_number(s, 2);

                if (byte < 0)
                        return false;
                to[i] = (uint8_t)byte;
        }
        return *s == '\0';
}
