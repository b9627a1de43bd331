/* SPDX-License-Identifier: MIT */
/* factor.h — the factors and their classes, and what an alternative of `require:` may be made of. */
#pragma once

#include "decision/login.h"

struct alternative {
        uint32_t factors;           /* FACTOR_BITs */
        bool spans;                 /* has both 知識 and 所持; false until that has been checked */
        const struct phrase *only;  /* where it does not span: the class of all its factors */
        const struct phrase *fault; /* what is wrong with it apart from that, or NULL */
};

/* "card+pin" taken apart. */
struct alternative alternative_parse(const char *s);
