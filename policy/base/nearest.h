/* SPDX-License-Identifier: MIT */
/* nearest.h — which of several words a mistyped one was meant to be. */
#pragma once

#include <stddef.h>

/* How many single letters must be left out, put in, changed or swapped with their neighbour until `a` reads as `b`. */
unsigned nearest_distance(const char *a, const char *b);

/* A search for the word that was meant, with the nearest so far. Begin with { .typed = … }. */
struct nearest {
        const char *typed;
        const char *found; /* NULL: none is near enough to be meant */
        unsigned distance;
};
void nearest_consider(struct nearest *n, const char *candidate);
