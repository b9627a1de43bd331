/* SPDX-License-Identifier: MIT */
/* factor.h — the factors and their classes, and what an alternative of `require:` may be made of. */
#pragma once

#include "login.h"

struct alternative {
        uint32_t factors;           /* FACTOR_BITs */
        char classes[128];          /* 所持+所持, in the order in which they are written */
        bool spans;                 /* 知識 and 所持 both */
        const struct phrase *fault; /* what is wrong with it apart from that, or NULL */
};

/* "card+pin" taken apart. */
struct alternative alternative_parse(const char *s);
