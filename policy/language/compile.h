/* SPDX-License-Identifier: MIT */
/* compile.h — what the parts of the compiler share: the policy in the making, and where its text stands. */
#pragma once

#include "decision/rule.h"
#include "language/outline.h"
#include "language/schema.h"

struct compiler {
        struct bytes text;
        const struct outline *outline;
        struct policy *policy;
        struct err *err;
};

/* Refuse the value of `key` in the mapping `node` (the node itself where the key is not there, or NULL). -EBADMSG. */
int refuse(const struct compiler *c, uint32_t node, const char *key, const char *ja, const char *en, ...)
        __attribute__((format(printf, 4, 6), format(printf, 5, 6)));

/* `name`, `contact` …: refuse what is not one line. NULL is fine. */
int refuse_unless_line(const struct compiler *c, uint32_t node, const char *key, const char *s);

/* Refuse what is not a number within the bounds; NULL is fine and leaves *ret alone. */
int refuse_unless_number(const struct compiler *c, uint32_t node, const char *key, const char *s, uint64_t least,
                         uint64_t most, uint64_t *ret);

/* Every item must be a user or a group. */
int refuse_unless_people(const struct compiler *c, uint32_t node, char *const *users, unsigned n);

/* One entry of `devices:`, at its node. */
int rule_compile(const struct compiler *c, const struct draft_rule *d, uint32_t node, struct rule *ret);

/* Refuse what is not a day; NULL is fine and leaves *ret alone. */
int refuse_unless_day(const struct compiler *c, uint32_t node, const char *key, const char *s, int32_t *ret);

/* Refuse what is not a duration; NULL is fine and leaves *ret_s alone. */
int refuse_unless_duration(const struct compiler *c, uint32_t node, const char *key, const char *s, uint32_t *ret_s);

/* `login:`, at its node. */
int login_compile(const struct compiler *c, const struct draft_login *d, uint32_t node);

/* `network:`, at its node. */
int network_compile(const struct compiler *c, const struct draft_network *d, uint32_t node);

/* `login:`, `network:`, `audit:`; and `exceptions:`, which is checked in full and not kept: this version does not
 * enforce it. */
int sections_compile(const struct compiler *c, const struct draft *d);
