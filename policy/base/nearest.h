/* SPDX-License-Identifier: MIT */
/* nearest.h — which of several words somebody meant who mistyped one. */
#pragma once

#include <stddef.h>

/* Single letters that were left out, put in, changed or swapped with their neighbour until `a` reads as `b`. */
unsigned nearest_distance(const char *a, const char *b);

/* What one is looked for in: the nearest so far. Begin with { .typed = … }. */
struct nearest {
        const char *typed;
        const char *found; /* NULL: none is near enough to be meant */
        unsigned distance;
};
void nearest_consider(struct nearest *n, const char *candidate);
