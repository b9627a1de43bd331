/* SPDX-License-Identifier: MIT */
/* compare.h — two policies side by side: which rule became which, and who may sign. */
#pragma once

#include "diff.h"
#include "rule.h"

struct comparison {
        const struct policy *old, *new;
        bool english;
        diff_say *say;
        void *ctx;
        int n;
        bool failed; /* memory ran out */
        int *to_new; /* of each old rule the new one of that name, or RULE_NONE */
        int *to_old;
        char *line;
        size_t line_size;
};

/* Pairs the rules. False when memory ran out. */
bool comparison_init(struct comparison *c);
void comparison_deinit(struct comparison *c);

void comparison_say(struct comparison *c, enum diff_kind kind, const char *text);

/* "what: from → to"; nothing where they are the same. */
void comparison_change(struct comparison *c, enum diff_kind kind, const char *what, const char *from, const char *to);
const char *comparison_word(const struct comparison *c, const char *ja, const char *en);

/* Who may sign and how many of them it takes: by key, so that a renewed certificate is the same person. */
void signers_compare(struct comparison *c);
