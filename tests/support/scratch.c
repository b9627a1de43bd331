/* SPDX-License-Identifier: MIT */
/* scratch.c — mkdtemp(3) in TMPDIR, or in /tmp where that is unset or empty. See scratch.h. */
#include "support/scratch.h"

#include <stdio.h>
#include <stdlib.h>

bool scratch_make(char ret[SCRATCH], const char *name) {
        const char *place = getenv("TMPDIR");
        int n = snprintf(ret, SCRATCH, "%s/sekimori-%s-XXXXXX", place && *place ? place : "/tmp", name);

        return n > 0 && n < SCRATCH && mkdtemp(ret);
}
