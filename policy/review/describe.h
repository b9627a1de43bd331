/* SPDX-License-Identifier: MIT */
/* describe.h — a rule in words, one aspect at a time, so that two can be compared by what people would read. */
#pragma once

#include "decision/rule.h"

#include <stdio.h>

enum aspect {
        ASPECT_MATCH,
        ASPECT_ACTION,
        ASPECT_PARTIAL,
        ASPECT_ENCRYPTED,
        ASPECT_MALFORMED,
        ASPECT_NODES,
        ASPECT_USERS,
        ASPECT_HOURS,
        ASPECT_FROM,
        ASPECT_UNTIL,
        ASPECT_CLAUSE,
        ASPECT_COUNT,
};

/* The aspect's name. */
const char *aspect_name(enum aspect a, bool english);

/* What the rule says of it; nothing where it says nothing. */
void aspect_describe(FILE *to, const struct policy *p, const struct rule *r, enum aspect a, bool english);

/* The whole rule but its name and clause, in a line. */
void rule_describe(FILE *to, const struct policy *p, const struct rule *r, bool english);

/* A list of list.h: sato,group:nozei. */
void list_describe(FILE *to, const char *list);

const char *action_word(enum action a, bool english);
