/* SPDX-License-Identifier: MIT */
/* malformed.c — MALFORMED_ROWS as a table of names. See malformed.h. */
#include "decision/malformed.h"

#include <string.h>

#define MALFORMED_NAME(malformed, name) [malformed] = name,

static const char *const names[MALFORMED_COUNT] = { [MALFORMED_NOT] = "", MALFORMED_ROWS(MALFORMED_NAME) };

const char *malformed_name(enum malformed m) {
        return names[(unsigned)m < MALFORMED_COUNT ? m : MALFORMED_NOT];
}

enum malformed malformed_from_name(const char *name) {
        for (enum malformed m = MALFORMED_NOT + 1; name && m < MALFORMED_COUNT; m++)
                if (strcmp(names[m], name) == 0)
                        return m;
        return MALFORMED_NOT;
}

bool malformed_is_acceptable(enum malformed m) {
        return m == MALFORMED_EXCESS_BYTE || m == MALFORMED_TOTAL_LENGTH || m == MALFORMED_ENDPOINTS_MISSING;
}

enum malformed malformed_graver(enum malformed first, enum malformed second) {
        if (first == MALFORMED_NOT)
                return second;
        return malformed_is_acceptable(first) && second != MALFORMED_NOT && !malformed_is_acceptable(second) ? second
                                                                                                             : first;
}
