/* SPDX-License-Identifier: MIT */
/* index.c — chains in an open-addressing hash table, filled from the last rule so that they ascend. See index.h. */
#include "decision/index.h"

#include "base/hash.h"
#include "decision/rule.h"

#include <stdlib.h>
#include <string.h>

/* The hashes of the exact keys that a rule names, or that a device shows; `there` says which. */
struct keys {
        uint32_t hash[KEY_COUNT];
        unsigned there;
};

static void key_add(struct keys *k, enum key key, const void *bytes, size_t n) {
        k->hash[key] = hash_bytes((uint32_t)key + 1, bytes, n);
        k->there |= 1U << key;
}

static void key_add_text(struct keys *k, enum key key, const char *s) {
        key_add(k, key, s, strlen(s));
}

static void key_add_id(struct keys *k, enum key key, uint16_t vendor, uint16_t product) {
        uint16_t id[2] = { vendor, key == KEY_ID ? product : 0 };

        key_add(k, key, id, sizeof id);
}

static struct keys keys_of_rule(const struct policy *p, const struct rule *r) {
        struct keys k = { 0 };

        if (r->fingerprint)
                key_add(&k, KEY_FINGERPRINT, pool_at(&p->pool, r->fingerprint), FACTS_DIGEST);
        if (r->serial && !(r->flags & RULE_SERIAL_PREFIX))
                key_add_text(&k, KEY_SERIAL, rule_text(p, r->serial));
        if (r->product_name && !(r->flags & RULE_NAME_PREFIX))
                key_add_text(&k, KEY_NAME, rule_text(p, r->product_name));
        if (r->port && !(r->flags & RULE_PORT_PREFIX))
                key_add_text(&k, KEY_PORT, rule_text(p, r->port));
        if (r->flags & RULE_PRODUCT)
                key_add_id(&k, KEY_ID, r->vendor, r->product);
        else if (r->flags & RULE_VENDOR)
                key_add_id(&k, KEY_VENDOR, r->vendor, 0);
        return k;
}

static struct keys keys_of_device(const struct device_facts *f) {
        struct keys k = { 0 };

        key_add(&k, KEY_FINGERPRINT, f->fingerprint, FACTS_DIGEST);
        key_add(&k, KEY_SERIAL, f->serial, strnlen(f->serial, sizeof f->serial));
        key_add(&k, KEY_NAME, f->name, strnlen(f->name, sizeof f->name));
        key_add(&k, KEY_PORT, f->port, strnlen(f->port, sizeof f->port));
        key_add_id(&k, KEY_ID, f->vendor, f->product);
        key_add_id(&k, KEY_VENDOR, f->vendor, 0);
        return k;
}

/* How many rules share a key, by its hash. */
struct index_tally {
        struct count {
                uint32_t hash, n;
        } * counts;
        size_t size;
};

static struct count *tally_at(const struct index_tally *t, uint32_t hash) {
        size_t i = hash & (t->size - 1);

        while (t->counts[i].n && t->counts[i].hash != hash)
                i = (i + 1) & (t->size - 1);
        t->counts[i].hash = hash;
        return &t->counts[i];
}

static size_t power_of_two(size_t least) {
        size_t n = 16;

        while (n < least)
                n *= 2;
        return n;
}

static bool tally_fill(struct index_tally *t, const struct policy *p) {
        t->size = power_of_two(p->n_rules * KEY_COUNT * 2);
        t->counts = calloc(t->size, sizeof *t->counts);
        if (!t->counts)
                return false;
        for (size_t i = 0; i < p->n_rules; i++) {
                struct keys k = keys_of_rule(p, &p->rules[i]);

                for (unsigned key = 0; key < KEY_COUNT; key++)
                        if (k.there & 1U << key)
                                tally_at(t, k.hash[key])->n++;
        }
        return true;
}

static struct hash_chain *chain_at(const struct index *x, uint32_t hash) {
        size_t i = hash & (x->n_chains - 1);

        while (x->chains[i].first >= 0 && x->chains[i].hash != hash)
                i = (i + 1) & (x->n_chains - 1);
        return &x->chains[i];
}

/* The hash of the key that fewest rules share; false where the rule has no key. */
static bool index_rarest(const struct index_tally *t, const struct keys *k, uint32_t *ret) {
        uint32_t least = UINT32_MAX;

        for (unsigned key = 0; key < KEY_COUNT; key++) {
                uint32_t n = k->there & 1U << key ? tally_at(t, k->hash[key])->n : UINT32_MAX;

                if (n < least) {
                        least = n;
                        *ret = k->hash[key];
                }
        }
        return least < UINT32_MAX;
}

/* Insert from the last rule to the first, each at the head of its chain: so the chains are in ascending order. */
static void chains_fill(struct index *x, const struct policy *p, const struct index_tally *t) {
        for (size_t i = p->n_rules; i > 0; i--) {
                struct keys k = keys_of_rule(p, &p->rules[i - 1]);
                int32_t *head = &x->remainder, self = (int32_t)(i - 1);
                uint32_t hash;

                if (index_rarest(t, &k, &hash)) {
                        struct hash_chain *chain = chain_at(x, hash);

                        chain->hash = hash;
                        head = &chain->first;
                }
                x->next[self] = *head;
                *head = self;
        }
}

bool index_build(struct policy *p) {
        struct index *x = &p->index;
        struct index_tally t = { 0 };

        x->remainder = -1;
        x->n_chains = power_of_two(p->n_rules * 2);
        x->chains = malloc(x->n_chains * sizeof *x->chains);
        x->next = calloc(p->n_rules + 1, sizeof *x->next);
        if (!x->chains || !x->next || !tally_fill(&t, p))
                return false;
        memset(x->chains, 0xff, x->n_chains * sizeof *x->chains); /* first = -1 */
        chains_fill(x, p, &t);
        free(t.counts);
        return true;
}

void index_deinit(struct index *x) {
        free(x->chains);
        free(x->next);
        *x = (struct index){ 0 };
}

static struct candidates candidates_by(const struct policy *p, const struct keys *k) {
        struct candidates c = { .index = &p->index };

        for (unsigned key = 0; key < KEY_COUNT; key++)
                c.heads[key] = k->there & 1U << key ? chain_at(&p->index, k->hash[key])->first : -1;
        c.heads[KEY_COUNT] = p->index.remainder;
        return c;
}

struct candidates candidates_of(const struct policy *p, const struct device_facts *f) {
        struct keys k = keys_of_device(f);

        return candidates_by(p, &k);
}

struct candidates candidates_like(const struct policy *p, const struct rule *r) {
        struct keys k = keys_of_rule(p, r);

        if (r->flags & RULE_VENDOR)
                key_add_id(&k, KEY_VENDOR, r->vendor, 0); /* `VVVV:*` matches what `VVVV:PPPP` matches */
        return candidates_by(p, &k);
}

int32_t candidates_next(struct candidates *c) {
        int32_t best = INT32_MAX;

        for (unsigned i = 0; i <= KEY_COUNT; i++)
                if (c->heads[i] >= 0 && c->heads[i] < best)
                        best = c->heads[i];
        if (best == INT32_MAX)
                return -1;
        /* Two keys of one device may share a hash, and so a chain: both heads move on. */
        for (unsigned i = 0; i <= KEY_COUNT; i++)
                if (c->heads[i] == best)
                        c->heads[i] = c->index->next[best];
        return best;
}
