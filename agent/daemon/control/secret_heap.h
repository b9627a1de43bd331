/* SPDX-License-Identifier: MIT */
/* secret_heap.h — memory for the parts of one object that may hold a secret: in locked pages while the heap is open,
 * else where malloc() puts it; wiped in both cases as it is given back. There is one heap. Knows no JSON. */
#pragma once

#include <stddef.h>

/* From now on parts come from locked pages, at most `size` bytes of them in all; where a part of an earlier opening is
 * still in use, from its pages. Where there are no pages, nothing is locked (host/locked.h). */
void secret_heap_open(size_t size);

/* Parts that are in use stay where they are; the pages go with the last one. */
void secret_heap_close(void);

/* NULL: no memory, or the open heap is full. As json_set_alloc_funcs() wants them; NULL may be given back. */
void *secret_heap_new(size_t size);
void secret_heap_free(void *part);
