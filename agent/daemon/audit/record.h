/* SPDX-License-Identifier: MIT */
/* record.h — one line of the log while it is being written. Knows the members' names and order, no file. */
#pragma once

#include "audit/audit.h"
#include "audit/event.h"

#include <jansson.h>

struct record {
        json_t *json;
        enum event event;
        bool broken; /* out of memory: checked once, at the end */
};

/* What stands in every record. */
struct record_origin {
        uint64_t seq, policy;
        const char *boot;
};

void record_init(struct record *r, enum event e, const struct record_origin *from);
void record_deinit(struct record *r);

/* NULL becomes null. The value is untrusted: it is escaped, and cut to what a line can carry. */
void record_text(struct record *r, const char *key, const char *value);
void record_number(struct record *r, const char *key, uint64_t value);

/* Sets `key` to the English text and, if the Japanese text differs, KEY_ja to that. */
void record_err(struct record *r, const char *key, const struct err *why);
void record_flag(struct record *r, const char *key, bool value);
void record_kinds(struct record *r, const char *key, uint32_t kinds); /* by their names */
void record_device(struct record *r, const struct policy *p, const struct audit_device *d);

/* Close it with `prev` and write it down with its newline. Returns its length, -ENOMEM, -EMSGSIZE. */
ssize_t record_line(struct record *r, const char *prev, char *to, size_t size);

/* "no-rule", "hours" …; the action as in the policy language. Unknown values mean "no-rule" and "deny". */
const char *reason_name(enum reason r);
enum reason reason_from_name(const char *name);
const char *action_name(enum action a);
