/* SPDX-License-Identifier: MIT */
/* interfaces.c — a sorted array without duplicates; the five bytes of each are compared as one number. See
 * interfaces.h. */
#include "observer/interfaces.h"

#include <string.h>

#define CLASS_VENDOR 0xff

static uint64_t interfaces_rank(const struct interface_facts *f) {
        return (uint64_t)f->configuration << 32 | (uint64_t)f->number << 24 | (uint64_t)f->klass << 16
               | (uint64_t)f->subclass << 8 | f->protocol;
}

/* A place at `at` in a mask of bits. */
static uint64_t interfaces_insert_bit(uint64_t mask, unsigned at, bool bit) {
        uint64_t below = (UINT64_C(1) << at) - 1;

        return (mask & below) | (uint64_t)bit << at | (mask & ~below) << 1;
}

void interfaces_add(struct interfaces *set, struct interface_facts one, bool ccid) {
        bool reader = ccid && one.klass == CLASS_VENDOR;
        unsigned at = 0;

        while (at < set->n && interfaces_rank(&set->of[at]) < interfaces_rank(&one))
                at++;
        if (at < set->n && interfaces_rank(&set->of[at]) == interfaces_rank(&one)) {
                set->ccid &= ~((uint64_t)!reader << at);
                return;
        }
        if (set->n == FACTS_INTERFACES) {
                set->overfull = true;
                return;
        }
        memmove(set->of + at + 1, set->of + at, (set->n - at) * sizeof *set->of);
        set->of[at] = one;
        set->ccid = interfaces_insert_bit(set->ccid, at, reader);
        set->n++;
}

bool interfaces_equal(const struct interfaces *a, const struct interfaces *b) {
        return a->n == b->n && a->overfull == b->overfull && a->ccid == b->ccid
               && memcmp(a->of, b->of, a->n * sizeof *a->of) == 0;
}
