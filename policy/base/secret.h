/* SPDX-License-Identifier: MIT */
/* secret.h — bytes that must not outlive their use, and comparison in constant time. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* The optimiser cannot remove this (glibc's explicit_bzero). */
static inline void secret_wipe(void *p, size_t n) {
        explicit_bzero(p, n);
}

/* Constant time in the content; the lengths are public. */
static inline bool secret_equal(const void *a, const void *b, size_t n) {
        const volatile uint8_t *x = a, *y = b;
        uint8_t differ = 0;

        for (size_t i = 0; i < n; i++)
                differ = (uint8_t)(differ | (x[i] ^ y[i]));
        return differ == 0;
}
