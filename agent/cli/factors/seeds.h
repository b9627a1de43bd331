/* SPDX-License-Identifier: MIT */
/* seeds.h — hardware tokens' seeds as their makers deliver them: one seed, or a table (CSV) with a header. Knows no
 * agent and no user. */
#pragma once

#include "base/bytes.h"
#include "base/err.h"
#include "store/factors.h"
#include "text/words.h"

#define SEEDS_MAX 2000

struct seed {
        unsigned line, user_column, secret_column;
        char user[256];     /* "" in a file that holds one seed and no table */
        struct token token; /* label "": none was given */
};

struct seeds {
        size_t n;
        struct seed *all;
};

/* `defaults` has the algorithm, digits and period where a row does not say. Every row is checked: on failure (-EBADMSG,
 * -ENOMEM) *ret is untouched and err says "line:column: reason". */
int seeds_parse(struct bytes text, const struct token *defaults, enum language l, struct seeds *ret, struct err *err);
void seeds_wipe(struct seeds *s);
#define auto_seeds __attribute__((cleanup(seeds_wipe))) struct seeds
