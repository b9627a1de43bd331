/* SPDX-License-Identifier: MIT */
/* timing.h — the clock that benchmarks read, and the value they tell. */
#pragma once

#include <stdlib.h>
#include <time.h>

static inline double now_us(void) {
        struct timespec t;

        (void)clock_gettime(CLOCK_MONOTONIC, &t);
        return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static inline int ascending(const void *a, const void *b) {
        const double *x = a, *y = b;

        return (*x > *y) - (*x < *y);
}

/* Puts the values in order. */
static inline double median(double *values, size_t n) {
        qsort(values, n, sizeof *values, ascending);
        return values[n / 2];
}
