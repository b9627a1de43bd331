/* SPDX-License-Identifier: MIT */
/* index.h — finds the rules that may fit a device without looking at the others, in the order they stand.
 *
 * Each rule stands in one chain: under its exact key that fewest rules share (fingerprint, serial, id, name, port,
 * vendor), or in the remainder where it names none. For a device, one chain for each kind of key is searched, and the
 * remainder. Chains are by hash alone: a candidate may not fit, and the caller compares it in full. */
#pragma once

#include "decision/facts.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct policy;
struct rule;

enum key { KEY_FINGERPRINT, KEY_SERIAL, KEY_ID, KEY_NAME, KEY_PORT, KEY_VENDOR, KEY_COUNT };

struct hash_chain {
        uint32_t hash;
        int32_t first; /* rule, or -1: an empty slot */
};

struct index {
        struct hash_chain *chains;
        size_t n_chains; /* a power of two */
        int32_t *next;   /* of each rule in its chain, -1 ends */
        int32_t remainder;
};

/* After the rules and the pool are complete. False when memory ran out. */
bool index_build(struct policy *p);
void index_deinit(struct index *x);

/* A walk over candidates, in ascending order. */
struct candidates {
        const struct index *index;
        int32_t heads[KEY_COUNT + 1];
};

struct candidates candidates_of(const struct policy *p, const struct device_facts *f);

/* The rules that may match everything that this one matches; itself among them. */
struct candidates candidates_like(const struct policy *p, const struct rule *r);

/* The next rule, or -1. */
int32_t candidates_next(struct candidates *c);
