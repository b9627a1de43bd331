/* SPDX-License-Identifier: MIT */
/* links_kept.c — see links_kept.h. */
#include "network/links_kept.h"

#include "base/cleanup.h"
#include "host/file.h"

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LINE_MAX_BYTES 11 /* ten digits and a newline */

static bool link_take(const char *line, int *ret) {
        char *end;
        long value;

        errno = 0;
        value = strtol(line, &end, 10);
        *ret = (int)value;
        return *line >= '1' && *line <= '9' && !*end && !errno && value <= INT32_MAX;
}

int links_kept_read(int dirfd, int *ret, size_t max, size_t *ret_n) {
        auto_free uint8_t *text = NULL;
        size_t size = 0, n = 0;
        int r = file_read(dirfd, LINKS_KEPT, max * LINE_MAX_BYTES, &text, &size);
        char *at = (char *)text;

        *ret_n = 0;
        if (r < 0)
                return r == -ENOENT ? 0 : r;
        if (size && (memchr(text, 0, size) || text[size - 1] != '\n'))
                return -EBADMSG;
        for (char *line; size && (line = strsep(&at, "\n")) && at; n++)
                if (n == max || !link_take(line, &ret[n]))
                        return -EBADMSG;
        *ret_n = n;
        return 0;
}

int links_kept_write(int dirfd, const int *links, size_t n, struct err *err) {
        auto_free char *text = NULL;
        size_t size = 0;
        FILE *to = n ? open_memstream(&text, &size) : NULL;

        if (n == 0)
                return file_remove(dirfd, LINKS_KEPT);
        if (!to)
                return err_errno(err, -ENOMEM, LINKS_KEPT);
        for (size_t i = 0; i < n; i++)
                (void)fprintf(to, "%d\n", links[i]);
        if (fclose(to) != 0)
                return err_errno(err, -ENOMEM, LINKS_KEPT);
        return file_replace(dirfd, LINKS_KEPT, bytes_of(text, size), 0600, err);
}
