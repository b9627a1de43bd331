/* SPDX-License-Identifier: MIT */
/* encoding.h — the bytes of a file as UTF-8: of UTF-8, UTF-16 or Shift_JIS, as they show themselves. */
#pragma once

#include "base/bytes.h"

enum encoding { ENCODING_NONE, ENCODING_UTF8, ENCODING_UTF16, ENCODING_SHIFT_JIS };

struct decoded {
        enum encoding encoding;
        struct bytes text; /* without a byte order mark */
        uint8_t *owned;    /* NULL where the text stands in the file's own bytes */
        size_t size;       /* of what is owned */
};

/* The C library loads its converters from files: while it still may. Without them Shift_JIS is refused. */
void encoding_prepare(void);

/* ENCODING_NONE with `text` up to the first byte that is no UTF-8: it is none of them, or nobody can tell which. */
void encoding_decode(struct bytes raw, struct decoded *ret);
const char *encoding_name(enum encoding e);

void decoded_deinit(struct decoded *d); /* wipes */
