/* SPDX-License-Identifier: MIT */
/* parcel.c — only a memfd with all four seals is read, and a name twice is an error; text is wiped after use, and
 * jansson can be told to wipe what it frees. See parcel.h. */
#include "control/parcel.h"

#include "base/secret.h"
#include "wire/control.h"

#include <errno.h>
#include <malloc.h>
#include <sys/stat.h>

static void free_wiped(void *p) {
        if (p)
                secret_wipe(p, malloc_usable_size(p));
        free(p);
}

void parcels_are_secret(void) {
        json_set_alloc_funcs(malloc, free_wiped);
}

/* The seals fix the size, so one buffer is enough, and no copy is left behind by growing it. */
static int parcel_parse(int fd, size_t size, json_t **ret) {
        char *text = malloc(size + 1);
        json_t *o = NULL;
        ssize_t n;

        if (!text)
                return -ENOMEM;
        n = pread(fd, text, size, 0);
        if (n == (ssize_t)size)
                o = json_loadb(text, size, JSON_REJECT_DUPLICATES, NULL);
        secret_wipe(text, size);
        free(text);
        if (!json_is_object(o)) {
                json_decref(o);
                return -EBADMSG;
        }
        *ret = o;
        return 0;
}

int parcel_open(int fd, json_t **ret) {
        struct stat st;

        if (fd < 0 || !memfd_is_sealed(fd) || fstat(fd, &st) < 0)
                return -EPERM;
        return st.st_size > PARCEL_MAX ? -EFBIG : parcel_parse(fd, (size_t)st.st_size, ret);
}

int parcel_seal(const json_t *o) {
        char *text = json_dumps(o, JSON_COMPACT);
        int fd;

        if (!text)
                return -ENOMEM;
        fd = memfd_sealed("parcel", bytes_text(text));
        free_wiped(text);
        return fd;
}
