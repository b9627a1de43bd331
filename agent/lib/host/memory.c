/* SPDX-License-Identifier: MIT */
/* memory.c — malloc_trim(), and mlockall() twice. See memory.h. */
#include "host/memory.h"

#include <malloc.h>
#include <sys/mman.h>
#include <sys/resource.h>

void memory_hold(void) {
        struct rlimit limit;

        if (getrlimit(RLIMIT_MEMLOCK, &limit) < 0 || limit.rlim_cur != RLIM_INFINITY) {
                (void)malloc_trim(0);
                return;
        }
        (void)munlockall(); /* what is locked cannot be given back */
        (void)malloc_trim(0);
        (void)mlockall(MCL_CURRENT);
        (void)mlockall(MCL_FUTURE | MCL_ONFAULT);
}
