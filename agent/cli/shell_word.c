/* SPDX-License-Identifier: MIT */
/* shell_word.c — safe ASCII and all non-ASCII bytes stay as they are; any other word, also an empty one, is put in
 * single quotes, with each quote in it as '\''. See shell_word.h. */
#include "cli/shell_word.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Letters beyond ASCII mean nothing to a shell. */
static bool is_plain(const char *text) {
        static const char fine[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./:@%+=,-";

        for (const char *c = text; *c; c++)
                if (!((unsigned char)*c & 0x80) && !strchr(fine, *c))
                        return false;
        return *text;
}

char *shell_word(const char *text) {
        char *word = NULL;
        size_t size;
        FILE *to;

        if (is_plain(text))
                return strdup(text);
        to = open_memstream(&word, &size);
        if (!to)
                return NULL;
        (void)fputc('\'', to);
        for (const char *c = text; *c; c++)
                (void)fputs(*c == '\'' ? "'\\''" : (char[]){ *c, '\0' }, to);
        (void)fputc('\'', to);
        if (fclose(to) != 0) {
                free(word);
                return NULL;
        }
        return word;
}
