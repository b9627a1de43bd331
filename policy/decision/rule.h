/* SPDX-License-Identifier: MIT */
/* rule.h — the compiled policy from within: compact, no pointers in a rule, so that 10,000 of them cost little.
 * For the files of policy/; agent/ sees policy.h. */
#pragma once

#include "base/place.h"
#include "decision/hours.h"
#include "decision/index.h"
#include "decision/login_plane.h"
#include "decision/network_plane.h"
#include "decision/policy.h"
#include "decision/pool.h"

#define DAY_ALWAYS INT32_MIN /* `from` where there is none */
#define DAY_NEVER INT32_MAX  /* `until` where there is none */

enum rule_flag {
        RULE_VENDOR = 1 << 0,  /* id names a vendor */
        RULE_PRODUCT = 1 << 1, /* and a product */
        RULE_SERIAL_PREFIX = 1 << 2,
        RULE_NAME_PREFIX = 1 << 3,
        RULE_PORT_PREFIX = 1 << 4,
        RULE_PARTIAL = 1 << 5,
        RULE_ENCRYPTED = 1 << 6,
        RULE_MALFORMED = 1 << 7, /* accepts what Linux mends (malformed.h); names vendor, product and fingerprint */
};

/* Offsets are into the policy's pool; 0 is "not asked for". */
struct rule {
        uint32_t name, clause;
        uint32_t serial, product_name, port;
        uint32_t fingerprint; /* FACTS_DIGEST raw bytes */
        uint32_t medium;      /* UUID_SIZE raw bytes */
        uint32_t interfaces;  /* struct interface_set */
        uint32_t users;       /* list.h */
        uint32_t hours;       /* struct hours, as many windows as it has */
        int32_t from, until;  /* local days, inclusive */
        uint16_t vendor, product;
        uint16_t flags; /* enum rule_flag */
        uint8_t bus, action;
        uint8_t nodes;  /* enum node_kind: opened beside those of its kinds; it names vendor, product and interfaces */
        uint8_t column; /* where the rule stands in the text, for warnings */
        uint32_t line;
};

_Static_assert(sizeof(struct rule) == 64, "10,000 of them are searched: one line of the cache each");

/* What `interfaces:` says. A pattern's -1 is `*`. */
struct interface_pattern {
        int16_t klass, subclass, protocol;
};

struct interface_set {
        uint32_t kinds;
        uint32_t n;
        struct interface_pattern patterns[];
};

/* Sections whose changes are seen by their text alone; exceptions are checked, and not enforced by this version. */
enum section { SECTION_EXCEPTIONS, SECTION_AUDIT, SECTION_COUNT };

const char *section_name(enum section s);

struct policy {
        uint64_t serial;
        int64_t issued;
        int32_t valid_from, valid_until;
        bool english;
        uint32_t title, contact;
        unsigned threshold;
        const char **signers; /* into the pool */
        size_t n_signers;
        struct pool pool;
        struct rule *rules;
        size_t n_rules;
        struct index index;
        struct login_plane login;
        struct network_plane network;
        uint32_t audit_keep_s;                                          /* 0: not given */
        struct place at_serial, at_signers, at_sections[SECTION_COUNT]; /* line 0: not there */
        uint8_t section_digests[SECTION_COUNT][32];                     /* of the section's lines, to detect a change */
};

static inline const char *rule_text(const struct policy *p, uint32_t offset) {
        return pool_at(&p->pool, offset);
}

/* NULL where the rule does not ask. */
static inline const struct interface_set *rule_interfaces(const struct policy *p, const struct rule *r) {
        return r->interfaces ? pool_at(&p->pool, r->interfaces) : NULL;
}

static inline const struct hours *rule_hours(const struct policy *p, const struct rule *r) {
        return r->hours ? pool_at(&p->pool, r->hours) : NULL;
}
