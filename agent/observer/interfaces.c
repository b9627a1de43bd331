/* SPDX-License-Identifier: MIT */
/* interfaces.c — an array without duplicates; the five bytes of each are compared as one number. See interfaces.h. */
#include "observer/interfaces.h"

#include <stdlib.h>

static uint64_t interfaces_rank(const struct interface_facts *f) {
        return (uint64_t)f->configuration << 32 | (uint64_t)f->number << 24 | (uint64_t)f->klass << 16
               | (uint64_t)f->subclass << 8 | f->protocol;
}

static bool interfaces_contains(const struct interfaces *set, const struct interface_facts *one) {
        for (size_t i = 0; i < set->n; i++) {
                if (interfaces_rank(&set->of[i]) == interfaces_rank(one))
                        return true;
        }
        return false;
}

void interfaces_add(struct interfaces *set, struct interface_facts one) {
        if (interfaces_contains(set, &one))
                return;
        if (set->n == FACTS_INTERFACES)
                set->overfull = true;
        else
                set->of[set->n++] = one;
}

static int by_rank(const void *a, const void *b) {
        uint64_t x = interfaces_rank(a), y = interfaces_rank(b);

        return x < y ? -1 : x > y;
}

void interfaces_sort(struct interfaces *set) {
        qsort(set->of, set->n, sizeof *set->of, by_rank);
}

bool interfaces_equal(const struct interfaces *a, const struct interfaces *b) {
        if (a->n != b->n || a->overfull != b->overfull)
                return false;
        for (size_t i = 0; i < a->n; i++) {
                if (!interfaces_contains(b, &a->of[i]))
                        return false;
        }
        return true;
}
