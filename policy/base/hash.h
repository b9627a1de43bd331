/* SPDX-License-Identifier: MIT */
/* hash.h — FNV-1a. For tables that a policy's author fills: signers are trusted here, and a device can choose which
 * chain is searched, but not how long that chain is. */
#pragma once

#include <stddef.h>
#include <stdint.h>

static inline uint32_t hash_bytes(uint32_t seed, const void *bytes, size_t n) {
        const uint8_t *in = bytes;
        uint32_t h = UINT32_C(2166136261) ^ seed * UINT32_C(0x9e3779b1);

        for (size_t i = 0; i < n; i++)
                h = (h ^ in[i]) * UINT32_C(16777619);
        return h ^ h >> 15;
}
