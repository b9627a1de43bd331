/* SPDX-License-Identifier: MIT */
/* lines.h — a file of any size, line by line, in one fixed buffer. Knows nothing of what the lines say. */
#pragma once

#include "audit/chain.h"

struct lines {
        int fd;
        size_t start, end; /* what is read and not yet returned */
        bool skipping;     /* inside a line that is too long */
        char buffer[CHAIN_LINE_MAX];
};

void lines_init(struct lines *l, int fd); /* borrows fd */

/* 1: *ret is the next line, NUL-terminated in place of its newline, until the next call. 0: nothing more for now (ask
 * again later to follow a file that grows). -EMSGSIZE: a line that is too long to be a record was passed over. -errno.
 */
int lines_next(struct lines *l, char **ret, size_t *ret_n);

/* Bytes behind the last newline, once lines_next() said 0. */
size_t lines_rest(const struct lines *l);
