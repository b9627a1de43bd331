/* SPDX-License-Identifier: MIT */
/* limit.h — how much is told of what somebody can bring about as often as he likes. What is done about it has no limit.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#define LIMIT_BURST 32 /* then one in a second: the rest is counted */

struct limit {
        unsigned used;
        int64_t since_s;
        unsigned long untold;
};

/* False: too much was told lately, and this is counted. True: tell it, with *ret_untold, the number of what was not
 * told since the last one. */
bool limit_allows(struct limit *l, unsigned long *ret_untold);
