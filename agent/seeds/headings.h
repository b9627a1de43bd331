/* SPDX-License-Identifier: MIT */
/* headings.h — what makers and offices write above a column, and which value stands beneath it. */
#pragma once

#include "seeds/values.h"

struct heading {
        const char *name; /* in lower case, without blanks and marks */
        value_take *take; /* NULL: the secret where `secret`, else nothing that we need */
        bool secret;
        enum seeds_alphabet alphabet; /* of a secret, where the heading says it */
};

/* NULL: nobody writes that. */
const struct heading *heading_of(const char *text);
