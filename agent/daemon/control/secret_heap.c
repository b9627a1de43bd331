/* SPDX-License-Identifier: MIT */
/* secret_heap.c — one mapping, given out from its beginning to its end, each part behind its size. See secret_heap.h.
 */
#include "control/secret_heap.h"

#include "base/secret.h"
#include "host/locked.h"

#include <malloc.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

/* Stands before each part, and keeps the next one aligned for any type. */
struct secret_part {
        _Alignas(max_align_t) size_t size;
};

static struct {
        uint8_t *pages; /* NULL: none */
        size_t size, used;
        unsigned parts; /* in use */
        bool open;
} heap;

static void heap_unmap(void) {
        if (heap.open || heap.parts)
                return;
        locked_free(heap.pages, heap.size);
        heap.pages = NULL;
}

void secret_heap_open(size_t size) {
        if (!heap.pages) {
                heap.pages = locked_new(size);
                heap.size = size, heap.used = 0;
        }
        heap.open = heap.pages != NULL;
}

void secret_heap_close(void) {
        heap.open = false;
        heap_unmap();
}

static bool heap_has(const void *part) {
        return heap.pages && (const uint8_t *)part >= heap.pages && (const uint8_t *)part < heap.pages + heap.size;
}

void *secret_heap_new(size_t size) {
        const size_t unit = sizeof(struct secret_part);
        struct secret_part *part;

        if (!heap.open)
                return malloc(size);
        if (size > heap.size || (size + unit - 1) / unit * unit + unit > heap.size - heap.used)
                return NULL;
        part = (struct secret_part *)(heap.pages + heap.used);
        part->size = size;
        heap.used += (size + unit - 1) / unit * unit + unit;
        heap.parts++;
        return part + 1;
}

void secret_heap_free(void *part) {
        if (!part)
                return;
        if (!heap_has(part)) {
                secret_wipe(part, malloc_usable_size(part));
                free(part);
                return;
        }
        secret_wipe(part, ((struct secret_part *)part)[-1].size);
        heap.parts--;
        heap_unmap();
}
