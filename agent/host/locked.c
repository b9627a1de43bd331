/* SPDX-License-Identifier: MIT */
/* locked.c — see locked.h. Pages of their own. */
#include "host/locked.h"

#include "base/secret.h"

#include <sys/mman.h>

void *locked_alloc(size_t size) {
        void *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

        if (p == MAP_FAILED)
                return NULL;
        (void)madvise(p, size, MADV_DONTDUMP);
        (void)madvise(p, size, MADV_WIPEONFORK);
        (void)mlock(p,
                    size); /* there is a limit for all of it together; PR_SET_DUMPABLE and an encrypted swap remain */
        return p;
}

void locked_free(void *p, size_t size) {
        if (!p)
                return;
        secret_wipe(p, size);
        (void)munmap(p, size);
}
