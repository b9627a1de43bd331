/* SPDX-License-Identifier: MIT */
/* pool.h — the compiled policy's bytes in one block: strings and small tables, each kept once. Knows no meaning. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct pool {
        char *bytes;
        size_t used, size;
        uint32_t *slots; /* while it grows: offsets of what is kept, by hash */
        uint32_t *sizes; /* and their sizes */
        size_t n_slots, n_used;
        bool broken; /* memory ran out: ask once, at the end */
};

/* Offset of these bytes, kept at a multiple of four; equal bytes share an offset. 0 when memory ran out. Offset 0 is
 * an empty string. */
uint32_t pool_put(struct pool *p, const void *bytes, size_t n);

/* A string with its NUL; 0 for NULL and for "". */
uint32_t pool_text(struct pool *p, const char *s);

static inline const void *pool_at(const struct pool *p, uint32_t offset) {
        return p->bytes + offset;
}

/* Call when nothing more is added: frees what only growing needed. False when memory ran out on the way. */
bool pool_settle(struct pool *p);
void pool_deinit(struct pool *p);
