/* SPDX-License-Identifier: MIT */
/* markup.c — a table of five entities; it stops before the first character that does not fit whole. See markup.h. */
#include "notifier/markup.h"

#include <string.h>

static const char *entity_of(char c) {
        static const char *const entities[] = {
                ['&'] = "&amp;", ['<'] = "&lt;", ['>'] = "&gt;", ['"'] = "&quot;", ['\''] = "&#39;"
        };
        unsigned char i = (unsigned char)c;

        return i < sizeof entities / sizeof *entities ? entities[i] : NULL;
}

/* Bytes of the character that begins here; the text is valid UTF-8. */
static size_t length_of(const char *s) {
        size_t n = 1;

        while (((unsigned char)s[n] & 0xc0) == 0x80)
                n++;
        return n;
}

void markup_escape(const char *from, char *to, size_t size) {
        size_t used = 0;

        while (*from) {
                const char *entity = entity_of(*from), *put = entity ? entity : from;
                size_t n = length_of(from), wrote = entity ? strlen(entity) : n;

                if (wrote >= size - used)
                        break;
                memcpy(to + used, put, wrote);
                used += wrote;
                from += n;
        }
        to[used] = '\0';
}
