/* SPDX-License-Identifier: MIT */
/* nearest.c — see nearest.h. Optimal string alignment: Levenshtein's distance with swapped neighbours as one slip. */
#include "base/nearest.h"

#include <stdint.h>
#include <string.h>

#define WORD_MOST 32

static char lower(char c) {
        return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static size_t least(size_t a, size_t b) {
        return a < b ? a : b;
}

static size_t distance(const char *a, size_t m, const char *b, size_t n) {
        size_t d[WORD_MOST + 1][WORD_MOST + 1];

        for (size_t i = 0; i <= m; i++)
                d[i][0] = i;
        for (size_t j = 0; j <= n; j++)
                d[0][j] = j;
        for (size_t i = 1; i <= m; i++)
                for (size_t j = 1; j <= n; j++) {
                        size_t other = lower(a[i - 1]) != lower(b[j - 1]);

                        d[i][j] = least(least(d[i - 1][j], d[i][j - 1]) + 1, d[i - 1][j - 1] + other);
                        if (i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) && lower(a[i - 2]) == lower(b[j - 1]))
                                d[i][j] = least(d[i][j], d[i - 2][j - 2] + 1);
                }
        return d[m][n];
}

/* In a word of two letters everything is near. */
static size_t slips_of(size_t n) {
        return n < 3 ? 0 : n < 6 ? 1 : 2;
}

const char *nearest(const char *typed, const char *const *words, size_t n) {
        size_t m = strlen(typed), best = SIZE_MAX;
        const char *ret = NULL;

        for (size_t i = 0; i < n && m <= WORD_MOST; i++) {
                size_t size = strlen(words[i]), far;

                if (size > WORD_MOST)
                        continue;
                far = distance(typed, m, words[i], size);
                if (far <= slips_of(size) && far < best) {
                        best = far;
                        ret = words[i];
                }
        }
        return ret;
}
