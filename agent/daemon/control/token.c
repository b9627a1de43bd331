/* SPDX-License-Identifier: MIT */
/* token.c — a table of the TOTP algorithms, and limits: 16 to 64 bytes, 6 to 8 digits, 15 to 120 s. See token.h. */
#include "control/token.h"

#include "text/words.h"

#include <string.h>
#include <strings.h>

static const struct {
        const char *name, *long_name;
        size_t size;
} algorithms[] = {
        [TOTP_SHA1] = { "sha1", "sha-1", 20 },
        [TOTP_SHA256] = { "sha256", "sha-256", 32 },
        [TOTP_SHA512] = { "sha512", "sha-512", 64 },
};
#define ALGORITHMS (sizeof algorithms / sizeof *algorithms)

const char *algorithm_name(enum totp_algorithm a) {
        return algorithms[a].name;
}

bool algorithm_from_name(const char *name, enum totp_algorithm *ret) {
        for (size_t i = 0; i < ALGORITHMS; i++)
                if (strcasecmp(name, algorithms[i].name) == 0 || strcasecmp(name, algorithms[i].long_name) == 0) {
                        *ret = (enum totp_algorithm)i;
                        return true;
                }
        return false;
}

size_t algorithm_secret_size(enum totp_algorithm a) {
        return algorithms[a].size;
}

bool token_is_fit(const struct token *t) {
        return t->n_secret >= 16 && t->n_secret <= TOKEN_SECRET && t->digits >= 6 && t->digits <= 8
               && t->period_s >= TOKEN_PERIOD_LEAST && t->period_s <= TOKEN_PERIOD_MAX
               && (size_t)t->algorithm < ALGORITHMS;
}

bool label_is_fit(const char *label) {
        char escaped[4 * FACTOR_LABEL];

        if (!label[0] || strlen(label) >= FACTOR_LABEL)
                return false;
        words_escape(label, escaped, sizeof escaped);
        return strcmp(label, escaped) == 0;
}
