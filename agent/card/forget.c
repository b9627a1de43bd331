/* SPDX-License-Identifier: MIT */
/* forget.c — free() and realloc() that wipe memory before it is freed: modules and the libraries beneath them copy PINs
 * into commands, traces and caches. (glibc's own M_PERTURB leaves out small pieces.) They replace libc's functions for
 * the whole program, as glibc's manual allows. */
#include "base/secret.h"

#include <errno.h>
#include <malloc.h>
#include <stdlib.h>

#ifndef __SANITIZE_ADDRESS__ /* AddressSanitizer has its own */

#define EXPORTED __attribute__((visibility("default")))

extern void __libc_free(void *p);

EXPORTED void free(void *p) {
        int saved = errno;

        if (p)
                secret_wipe(p, malloc_usable_size(p));
        __libc_free(p);
        errno = saved;
}

/* Never resizes in place: the part that is cut off must be wiped, too. */
EXPORTED void *realloc(void *p, size_t size) {
        size_t before = p ? malloc_usable_size(p) : 0;
        void *to = p && size == 0 ? NULL : malloc(size);

        if (!to && (!p || size))
                return NULL;
        if (to && before)
                memcpy(to, p, before < size ? before : size);
        free(p);
        return to;
}

#endif
