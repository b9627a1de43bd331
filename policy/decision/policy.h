/* SPDX-License-Identifier: MIT */
/* policy.h — a verified, compiled policy, and what it says of a device. No I/O, no clock, no look-up of people. */
#pragma once

#include "base/bytes.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "decision/facts.h"

#include <stdbool.h>
#include <stdint.h>

#define POLICY_TEXT_MAX (1024 * 1024) /* bytes of YAML, and of an envelope */
#define RULE_NONE (-1)

struct policy; /* immutable once compiled */

enum action { ACTION_DENY, ACTION_READ_ONLY, ACTION_ALLOW }; /* zero means deny */

/* Why. A verdict that allows has REASON_RULE or REASON_SEALED. */
enum reason {
        REASON_NO_RULE,    /* nothing matches */
        REASON_RULE,       /* a rule says so */
        REASON_MALFORMED,  /* the descriptors contradict themselves */
        REASON_HOURS,      /* a rule would allow it at another time of day */
        REASON_EXPIRED,    /* a rule allowed it until a day that has passed */
        REASON_USER,       /* a rule would allow it for another person at the seat */
        REASON_ENCRYPTION, /* a rule asks for an encrypted medium, and none was recognised */
        REASON_SEALED,     /* no policy: only what a person needs to log in */
        /* The agent's own, never returned by policy_decide: */
        REASON_UNRECORDED,   /* the audit log cannot be written: only what a person needs to log in */
        REASON_READ_ONLY,    /* read-only is what the rule says, and that cannot be enforced now */
        REASON_CONTRADICTED, /* the kernel sees other interfaces than the observer told of, or the report descriptor of
                              * what was let in as a security key (by policy_decide, too) says more than that */
        REASON_FAILED,       /* the kernel did not do what was asked */
        REASON_COUNT,
};

/* The terminal's own calendar, which the caller reads off its clock. */
struct moment {
        int64_t unix_s; /* seconds since 1970, UTC */
        int32_t day;    /* days since 1970-01-01 in local time */
        int32_t minute; /* of the local day, 0…1439 */
};

/* Who sits at the seat. No person: user is NULL, and a rule with `users:` does not apply. */
struct person {
        const char *user;
        const char *const *groups; /* NULL-terminated, or NULL */
};

struct verdict {
        enum action action;
        enum reason reason;
        int rule; /* index of the rule that decided, or that nearly did (HOURS, EXPIRED, USER …); RULE_NONE */
        uint64_t interfaces; /* bit i: facts.interfaces[i] may be bound; 0 when denied */
        uint32_t kinds; /* that the rule names, all where it names none: which drivers may serve what is "vendor" */
        unsigned nodes; /* enum node_kind: that the rule names, beside those of its kinds */
        bool partial;   /* only some interfaces of it are allowed */
        bool by_medium; /* because of what was found on its medium */
        bool look;      /* a skipped rule might apply: its medium was not examined */
};

/* Compile text whose signature is already checked. On success the caller owns *ret; on failure *ret is untouched
 * and err says "line:column: reason". -EBADMSG, -ENOMEM. */
int policy_compile(struct bytes text, struct policy **ret, struct err *err);
void policy_free(struct policy *p); /* NULL is fine */
CLEANUP(policy, struct policy *, policy_free)
#define auto_policy AUTO(policy)

/* What an earlier version accepted, and this one refuses in a new policy: where a policy is signed or pushed; one that
 * is in force stays so, with a warning. 0, or -EBADMSG with "line:column: reason" of the first. */
int policy_check_new(const struct policy *p, struct err *err);

/* Pure. A NULL policy is the sealed terminal: hubs, keyboards, mice and card readers only. `who` may be NULL. */
struct verdict policy_decide(const struct policy *p, const struct device_facts *f, const struct moment *now,
                             const struct person *who);

/* The next moment after `now` at which some verdict may change by itself (a window opens or closes, a day passes),
 * as local day and minute. False: never. */
bool policy_next_change(const struct policy *p, const struct moment *now, int32_t *ret_day, int32_t *ret_minute);

/* What the policy says of itself. Strings live as long as the policy. */
uint64_t policy_serial(const struct policy *p);
uint32_t policy_audit_keep_s(const struct policy *p); /* how long a record is kept; 0: not given */
const char *policy_title(const struct policy *p);
const char *policy_contact(const struct policy *p);  /* "" where there is none */
const char *policy_language(const struct policy *p); /* "ja" or "en" */
int64_t policy_issued(const struct policy *p);       /* seconds since 1970 */
/* Local days since 1970, both inclusive. */
int32_t policy_valid_from(const struct policy *p);
int32_t policy_valid_until(const struct policy *p);

/* Who may sign the next one: PEM text of each certificate. */
size_t policy_signers(const struct policy *p, const char *const **ret_pem);
unsigned policy_threshold(const struct policy *p);

/* The place of the signers, and of the serial, in the text (from 1): for errors that are found later. */
void policy_signers_place(const struct policy *p, unsigned *ret_line, unsigned *ret_column);
void policy_serial_place(const struct policy *p, unsigned *ret_line, unsigned *ret_column);

size_t policy_rules(const struct policy *p);
const char *policy_rule_name(const struct policy *p, int rule);   /* "" for RULE_NONE */
const char *policy_rule_clause(const struct policy *p, int rule); /* "" where there is none */

/* What a careful colleague would say before signing, in either language; nothing here stops a push. Calls `say`
 * once for each warning, with the line and column of what it is about (0 where none). */
void policy_warnings(const struct policy *p, bool english,
                     void (*say)(void *ctx, unsigned line, unsigned column, const char *text), void *ctx);
