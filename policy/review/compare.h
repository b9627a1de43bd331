/* SPDX-License-Identifier: MIT */
/* compare.h — two policies side by side: which rule became which, and who may sign. */
#pragma once

#include "base/quote.h"
#include "decision/rule.h"
#include "review/diff.h"

#include <stdio.h>

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

/* One line in the making, to be written to (NULL: memory ran out); said and freed by line_end. */
FILE *line_begin(struct comparison *c);
void line_end(struct comparison *c, FILE *f, enum diff_kind kind);

/* Two lists (list.h) where an empty one is everybody: DIFF_OTHER where neither includes the other. */
enum diff_kind list_direction(const char *from, const char *to);

/* The rule `first` now comes before `second` and `others` more. */
void comparison_order(struct comparison *c, const char *first, const char *second, unsigned others);

/* "what: from → to"; nothing where they are the same. */
void comparison_change(struct comparison *c, enum diff_kind kind, const char *what, const char *from, const char *to);
const char *comparison_word(const struct comparison *c, const char *ja, const char *en);

/* A name from a policy, in the quotation marks of the language. */
struct quoted comparison_quote(const struct comparison *c, const char *s);

/* Who may sign and how many of them it takes: by key, so that a renewed certificate is the same person. */
void signers_compare(struct comparison *c);

/* Who gains and who loses which way to log in. */
void login_compare(struct comparison *c);
void login_terms_compare(struct comparison *c); /* its part about throttle, totp and card */

/* With whom the terminal may talk from now on, and with whom no longer. */
void network_compare(struct comparison *c);

/* Is everything that the one allows allowed by the other, too? Their interfaces are those of one policy. */
bool network_peer_within(const struct network_peer *inner, const struct network_peer *outer);
