/* SPDX-License-Identifier: MIT */
/* nearest.c — optimal string alignment distance; the limit is a third of the word, rounded up. See nearest.h. */
#include "base/nearest.h"

#include <string.h>

#define LONGEST 40 /* longer words are not compared */

static unsigned nearest_least(unsigned a, unsigned b) {
        return a < b ? a : b;
}

/* Damerau-Levenshtein in its simple form (optimal string alignment), three rows at a time. */
unsigned nearest_distance(const char *a, const char *b) {
        unsigned rows[3][LONGEST + 1], *before = rows[0], *above = rows[1], *row = rows[2];
        size_t n = strlen(a), m = strlen(b);

        if (n > LONGEST || m > LONGEST)
                return LONGEST;
        for (size_t j = 0; j <= m; j++)
                above[j] = (unsigned)j;
        for (size_t i = 1; i <= n; i++) {
                unsigned *oldest = before;

                row[0] = (unsigned)i;
                for (size_t j = 1; j <= m; j++) {
                        row[j] = nearest_least(above[j], row[j - 1]) + 1;
                        row[j] = nearest_least(row[j], above[j - 1] + (a[i - 1] != b[j - 1]));
                        if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                                row[j] = nearest_least(row[j], before[j - 2] + 1);
                }
                before = above, above = row, row = oldest;
        }
        return above[m];
}

/* A typed beginning of the candidate is near; else a third of its letters may be wrong, an option's dashes not counted.
 */
void nearest_consider(struct nearest *n, const char *candidate) {
        size_t typed = strlen(n->typed);
        unsigned d = typed >= 2 && strncmp(n->typed, candidate, typed) == 0 ? 1 : nearest_distance(n->typed, candidate);

        if (d > (strlen(candidate + strspn(candidate, "-")) + 2) / 3 || (n->found && d >= n->distance))
                return;
        n->found = candidate;
        n->distance = d;
}
