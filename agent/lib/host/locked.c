/* SPDX-License-Identifier: MIT */
/* locked.c — mmap, then mlock, MADV_DONTDUMP and MADV_WIPEONFORK, whose failure is ignored. See locked.h. */
#include "host/locked.h"

#include "base/secret.h"

#include <stdint.h>
#include <sys/mman.h>

void *locked_new(size_t size) {
        void *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

        if (p == MAP_FAILED)
                return NULL;
        (void)mlock(p, size);
        (void)madvise(p, size, MADV_DONTDUMP);
        (void)madvise(p, size, MADV_WIPEONFORK);
        return p;
}

/* Private, because a memfd that is sealed against writing could not be mapped otherwise before Linux 6.7. What is only
 * read is not copied: the pages are the memfd's own. */
const void *locked_map(int memfd, size_t size) {
        void *p = mmap(NULL, size, PROT_READ, MAP_PRIVATE, memfd, 0);

        if (p == MAP_FAILED)
                return NULL;
        (void)mlock(p, size);
        (void)madvise(p, size, MADV_DONTDUMP);
        return p;
}

void locked_unmap(const void *p, size_t size) {
        if (p)
                (void)munmap((void *)(uintptr_t)p, size);
}

void locked_free(void *p, size_t size) {
        if (!p)
                return;
        secret_wipe(p, size);
        (void)munmap(p, size);
}
