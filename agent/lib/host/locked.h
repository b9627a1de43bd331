/* SPDX-License-Identifier: MIT */
/* locked.h — memory for secrets: never swapped out, in no core dump, empty in a child after fork. */
#pragma once

#include <stddef.h>

/* Zeroed pages, or NULL. If the kernel allows no (more) locked memory, the pages are not locked. */
void *locked_new(size_t size);

/* Wiped first. NULL is fine. */
void locked_free(void *p, size_t size);

/* The content of a memfd, to be read: its pages, which all who have it share, are not swapped out meanwhile. NULL where
 * `size` is 0. */
const void *locked_map(int memfd, size_t size);
void locked_unmap(const void *p, size_t size); /* NULL is fine */
