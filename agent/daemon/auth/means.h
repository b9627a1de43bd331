/* SPDX-License-Identifier: MIT */
/* means.h — one row for each factor: whether somebody could show it now, what they are asked for it, and who looks at a
 * code that was typed. What is not typed as a code (a password, a card) has its own way through verify.c. */
#pragma once

#include "auth/attempt.h"

struct judgement {
        uint32_t proven;    /* the FACTOR_BIT of the judge's own factor, or 0 */
        const char *reason; /* of the log, where nothing was proven */
        enum login_word word;
};

struct means_row {
        enum ask ask; /* the factors of a card share one */
        bool (*is_there)(const struct attempt *a);
        /* For codes only: its question, the question within one line, its minimum length, and the function that checks
         * it. */
        enum login_word question, in_line;
        size_t least;
        struct judgement (*judge)(const struct attempt *a, const char *code, struct tally *tally,
                                  int64_t now); /* NULL: no code */
};

const struct means_row *means_row(enum factor f);

uint32_t means_now(const struct attempt *a); /* the factors that they could show now */
uint32_t means_of_codes(void);               /* those whose answer is a typed code */
