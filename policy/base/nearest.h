/* SPDX-License-Identifier: MIT */
/* nearest.h — of the words that may stand somewhere, the one that somebody may have meant by what was typed. */
#pragma once

#include <stddef.h>

/* A letter more, less, other or in another place, whatever its case; in longer words two of those. The first of `words`
 * that is nearest, NULL where none is near. */
const char *nearest(const char *typed, const char *const *words, size_t n);
