/* SPDX-License-Identifier: MIT */
/* lines.c — read() into one buffer; a line that does not fit in it is skipped up to its newline. See lines.h. */
#include "audit/lines.h"

#include <errno.h>
#include <string.h>

void lines_init(struct lines *l, int fd) {
        l->fd = fd;
        l->start = l->end = 0;
        l->skipping = false;
}

/* Reads more bytes after those in the buffer; 1, or 0 at the end of the file. */
static int lines_fill(struct lines *l) {
        ssize_t n;

        if (l->end - l->start == sizeof l->buffer) { /* full, and no newline in it */
                l->skipping = true;
                l->start = l->end = 0;
        }
        memmove(l->buffer, l->buffer + l->start, l->end - l->start);
        l->end -= l->start;
        l->start = 0;
        do
                n = read(l->fd, l->buffer + l->end, sizeof l->buffer - l->end);
        while (n < 0 && errno == EINTR);
        if (n < 0)
                return -errno;
        l->end += (size_t)n;
        return n > 0;
}

int lines_next(struct lines *l, char **ret, size_t *ret_n) {
        for (;;) {
                char *line = l->buffer + l->start;
                char *newline = memchr(line, '\n', l->end - l->start);
                bool skipped = l->skipping;
                int r;

                if (newline) {
                        *newline = '\0';
                        *ret = line;
                        *ret_n = (size_t)(newline - line);
                        l->start += *ret_n + 1;
                        l->skipping = false;
                        return skipped ? -EMSGSIZE : 1;
                }
                r = lines_fill(l);
                if (r <= 0)
                        return r;
        }
}

size_t lines_rest(const struct lines *l) {
        return l->skipping ? sizeof l->buffer : l->end - l->start;
}
