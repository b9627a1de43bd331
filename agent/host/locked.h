/* SPDX-License-Identifier: MIT */
/* locked.h — memory for secrets: never in a core dump or a child, not swapped where the system lets us, wiped. */
#pragma once

#include <stddef.h>

void *locked_alloc(size_t size); /* zeros, or NULL */
void locked_free(void *p, size_t size);
