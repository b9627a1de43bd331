/* SPDX-License-Identifier: MIT */
/* pool.c — a block grown by realloc(3); a hash table of offsets (open addressing) finds equal bytes. See pool.h. */
#include "decision/pool.h"

#include "base/hash.h"

#include <stdlib.h>
#include <string.h>

#define ALIGN 4

static bool pool_room(struct pool *p, size_t n) {
        size_t size = p->size ? p->size : 4096;
        char *bytes;

        while (size < p->used + n)
                size *= 2;
        if (size == p->size)
                return true;
        bytes = size > UINT32_MAX ? NULL : realloc(p->bytes, size);
        if (!bytes)
                return false;
        p->bytes = bytes;
        p->size = size;
        return true;
}

static bool pool_append(struct pool *p, const void *bytes, size_t n, uint32_t *ret) {
        size_t at = (p->used + ALIGN - 1) / ALIGN * ALIGN;

        if (!pool_room(p, n + ALIGN))
                return false;
        memset(p->bytes + p->used, 0, at - p->used);
        if (n)
                memcpy(p->bytes + at, bytes, n);
        p->used = at + n;
        *ret = (uint32_t)at;
        return true;
}

/* The slot that holds these bytes, or the empty one where they belong. */
static size_t slot_find(const struct pool *p, const void *bytes, size_t n) {
        size_t i = hash_bytes(0, bytes, n) & (p->n_slots - 1);

        while (p->slots[i] && (p->sizes[i] != n || memcmp(p->bytes + p->slots[i], bytes, n) != 0))
                i = (i + 1) & (p->n_slots - 1);
        return i;
}

static bool slots_grow(struct pool *p) {
        struct pool bigger = *p;

        if (p->n_slots && p->n_used * 2 < p->n_slots)
                return true;
        bigger.n_slots = p->n_slots ? p->n_slots * 2 : 256;
        bigger.slots = calloc(bigger.n_slots, sizeof *bigger.slots);
        bigger.sizes = calloc(bigger.n_slots, sizeof *bigger.sizes);
        if (!bigger.slots || !bigger.sizes) {
                free(bigger.slots);
                free(bigger.sizes);
                return false;
        }
        for (size_t i = 0; i < p->n_slots; i++) {
                size_t to = p->slots[i] ? slot_find(&bigger, p->bytes + p->slots[i], p->sizes[i]) : 0;

                if (p->slots[i]) {
                        bigger.slots[to] = p->slots[i];
                        bigger.sizes[to] = p->sizes[i];
                }
        }
        free(p->slots);
        free(p->sizes);
        *p = bigger;
        return true;
}

uint32_t pool_put(struct pool *p, const void *bytes, size_t n) {
        uint32_t at = 0;
        size_t slot;

        p->broken = p->broken || (p->used == 0 && !pool_append(p, "\0\0\0", ALIGN, &at)) || !slots_grow(p);
        if (p->broken)
                return 0;
        slot = slot_find(p, bytes, n);
        if (p->slots[slot])
                return p->slots[slot];
        if (!pool_append(p, bytes, n, &at)) {
                p->broken = true;
                return 0;
        }
        p->slots[slot] = at;
        p->sizes[slot] = (uint32_t)n;
        p->n_used++;
        return at;
}

uint32_t pool_text(struct pool *p, const char *s) {
        return s && *s ? pool_put(p, s, strlen(s) + 1) : 0;
}

static void slots_free(struct pool *p) {
        free(p->slots);
        free(p->sizes);
        p->slots = p->sizes = NULL;
        p->n_slots = p->n_used = 0;
}

bool pool_settle(struct pool *p) {
        char *exact;

        if (p->used == 0)
                (void)pool_put(p, "", 1); /* so that offset 0 is there */
        slots_free(p);
        exact = p->broken ? NULL : realloc(p->bytes, p->used);
        if (!exact)
                return false;
        p->bytes = exact;
        p->size = p->used;
        return true;
}

void pool_deinit(struct pool *p) {
        slots_free(p);
        free(p->bytes);
        *p = (struct pool){ 0 };
}
