/* SPDX-License-Identifier: MIT */
/* hash.h — SHA-256 as the log writes it. */
#pragma once

#include "base/hex.h"
#include "host/digest.h"

#define HASH_TEXT (2 * DIGEST_SIZE + 1) /* lower-case hexadecimal digits and a NUL */
#define HASH_NONE "0000000000000000000000000000000000000000000000000000000000000000"

/* 0 or -EIO. */
static inline int hash_text(const void *p, size_t n, char ret[HASH_TEXT]) {
        uint8_t raw[DIGEST_SIZE];
        int r = digest_sha256(bytes_of(p, n), raw);

        if (r == 0)
                hex_of(raw, sizeof raw, ret);
        return r;
}
