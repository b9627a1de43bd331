/* SPDX-License-Identifier: MIT */
/* limit.c — a bucket of LIMIT_BURST, by the clock that nobody can set. See limit.h. */
#include "network/limit.h"

#include "host/clock.h"

bool limit_allows(struct limit *l, unsigned long *ret_untold) {
        const int64_t now_s = clock_boot_s(), more = now_s - l->since_s;

        l->used -= more < l->used ? (unsigned)more : l->used;
        l->since_s = now_s;
        if (l->used >= LIMIT_BURST) {
                l->untold++;
                return false;
        }
        l->used++;
        *ret_untold = l->untold;
        l->untold = 0;
        return true;
}
