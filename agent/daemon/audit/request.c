/* SPDX-License-Identifier: MIT */
/* request.c — the digest's first 64 bits, modulo 24^6, as six symbols with a hyphen in the middle. See request.h. */
#include "audit/request.h"

#include <errno.h>
#include <stdio.h>

/* One of each pair that looks or sounds alike is left out: no 0 O Q D, 1 I L, Z, S, G, B, U. */
static const char symbols[] = "23456789ACEFHJKMNPRTVWXY";
#define SYMBOLS (sizeof symbols - 1)

int request_number(const char *prev, const char *path, const char *fingerprint, char ret[AUDIT_REQUEST]) {
        char text[2048], digest[HASH_TEXT];
        int n = snprintf(text, sizeof text, "%s\n%s\n%s\n", prev, path, fingerprint);
        int r = n < 0 || (size_t)n >= sizeof text ? -EMSGSIZE : hash_text(text, (size_t)n, digest);
        int64_t high, low;
        uint64_t value;

        if (r < 0)
                return r;
        high = hex_number(digest, 8);
        low = hex_number(digest + 8, 8);
        value = (uint64_t)high << 32 | (uint64_t)low;
        for (int i = 0; i < AUDIT_REQUEST - 1; i++) {
                if (i == 3) {
                        ret[i] = '-';
                        continue;
                }
                ret[i] = symbols[value % SYMBOLS];
                value /= SYMBOLS;
        }
        ret[AUDIT_REQUEST - 1] = '\0';
        return 0;
}
