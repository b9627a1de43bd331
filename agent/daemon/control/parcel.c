/* SPDX-License-Identifier: MIT */
/* parcel.c — only a memfd with all four seals is read, and a name twice is an error; text stands in locked pages, and
 * jansson can be told to use such, too, and to wipe what it frees. See parcel.h. */
#include "control/parcel.h"

#include "control/secret_heap.h"
#include "host/locked.h"
#include "wire/control.h"

#include <errno.h>
#include <sys/stat.h>

/* Locked pages for what is read from a text of so many bytes: jansson's parts are small, but there are many, and a
 * string is copied as it grows. An object of another kind than ours may need more, and is refused. */
#define ROOM(size) (16384 + 8 * (size))

void parcels_are_secret(void) {
        json_set_alloc_funcs(secret_heap_new, secret_heap_free);
}

/* The seals keep the content and its size as they are: it is read where it stands, and no copy is made. */
static int parcel_parse(int fd, size_t size, json_t **ret) {
        const char *text = locked_map(fd, size);
        json_t *o;

        if (!text)
                return size ? -ENOMEM : -EBADMSG;
        secret_heap_open(ROOM(size));
        o = json_loadb(text, size, JSON_REJECT_DUPLICATES, NULL);
        locked_unmap(text, size);
        if (!json_is_object(o)) {
                json_decref(o);
                o = NULL;
        }
        secret_heap_close();
        if (!o)
                return -EBADMSG;
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
        size_t size = json_dumpb(o, NULL, 0, JSON_COMPACT);
        char *text = size ? locked_new(size) : NULL;
        int fd = -ENOMEM;

        if (text && json_dumpb(o, text, size, JSON_COMPACT) == size)
                fd = memfd_sealed("parcel", bytes_of(text, size));
        locked_free(text, size);
        return fd;
}
