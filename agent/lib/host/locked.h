/* SPDX-License-Identifier: MIT */
/* locked.h — memory for secrets: never swapped out, in no core dump, empty in a child after fork. */
#pragma once

#include <stddef.h>

/* Zeroed pages, or NULL. If the kernel allows no (more) locked memory, the pages are not locked. */
void *locked_new(size_t size);

/* Wiped first. NULL is fine. */
void locked_free(void *p, size_t size);
