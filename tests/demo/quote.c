/* SPDX-License-Identifier: MIT */
/* quote.c — see quote.h. Knows columns, not what is said in them. */
#include "demo/quote.h"

#include <locale.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <wchar.h>

#define MARGIN 5     /* "   | " */
#define NARROWEST 40 /* below that there is no use in folding */
#define WORD 16      /* a word that fits into so many columns goes to the next line whole */
#define HANGING 4    /* at least, before what is folded */

/* Columns that there are for a quotation; 0: no terminal, nothing is folded. */
static int columns(void) {
        struct winsize size = { 0 };

        if (!isatty(STDOUT_FILENO) || ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) < 0 || size.ws_col < NARROWEST)
                return 0;
        (void)setlocale(LC_CTYPE, "C.UTF-8");
        return size.ws_col - MARGIN;
}

static wchar_t next_character(const char *at, size_t n, size_t *ret_bytes) {
        mbstate_t state = { 0 };
        wchar_t c = L'?';

        *ret_bytes = mbrtowc(&c, at, n, &state);
        if (*ret_bytes == 0 || *ret_bytes > n)
                *ret_bytes = 1;
        return c;
}

/* Between words, and between any two characters of Japanese but behind a bracket that opens and before what closes. */
static bool may_part(wchar_t before, wchar_t behind) {
        if (before == L' ')
                return behind != L' ';
        return (wcwidth(before) == 2 || wcwidth(behind) == 2) && !wcschr(L"「（『", before)
               && !wcschr(L"」）』、。ー ", behind);
}

/* How many bytes of a line go into so many columns: better whole words, if they are not long. */
static size_t fitting(const char *line, size_t n, int most) {
        size_t bytes, good = 0, word = 0;
        wchar_t before = 0;
        int used = 0, to_word = 0;

        for (size_t at = 0; at < n; at += bytes) {
                wchar_t c = next_character(line + at, n - at, &bytes);
                int width = wcwidth(c);

                if (at && may_part(before, c))
                        good = at;
                if (before == L' ')
                        word = at, to_word = used;
                used += width > 0 ? width : 0;
                if (used > most && c != L' ')
                        return word && most - to_word < WORD ? word : good ? good : at;
                before = c;
        }
        return n;
}

/* What is folded goes on below the last column of a table, where that leaves room enough. */
static int hanging(const char *line, size_t n, int most) {
        int used = 0, begins = 0;
        size_t bytes;

        for (size_t at = 0; at < n && used <= most / 5 * 2; at += bytes) {
                wchar_t c = next_character(line + at, n - at, &bytes);

                if (at > 1 && c != L' ' && line[at - 1] == ' ' && line[at - 2] == ' ')
                        begins = used;
                used += wcwidth(c);
        }
        return begins < HANGING ? HANGING : begins;
}

static int without_blanks(const char *line, size_t n) {
        while (n > 0 && line[n - 1] == ' ')
                n--;
        return (int)n;
}

static void print_part(int indent, const char *line, size_t n) {
        const char *dim = isatty(STDOUT_FILENO) ? "\033[2m" : "", *plain = *dim ? "\033[0m" : "";

        (void)printf("   %s|%s %*s%.*s\n", dim, plain, indent, "", without_blanks(line, n), line);
}

/* `hang` is where the line before was folded to. One that begins far to the right goes on there. */
static void fold(const char *line, size_t n, int most, int *hang) {
        size_t blanks = strspn(line, " ");
        int indent = 0;

        if ((int)blanks > most / 5 * 2 && blanks < n)
                indent = *hang, line += blanks, n -= blanks;
        else
                *hang = hanging(line, n, most);
        do {
                size_t part = fitting(line, n, most - indent);

                print_part(indent, line, part);
                line += part, n -= part;
                indent = *hang;
        } while (n > 0);
}

void quote(const char *text) {
        int most = columns(), hang = HANGING;

        while (*text) {
                size_t n = strcspn(text, "\n");

                if (most)
                        fold(text, n, most, &hang);
                else
                        print_part(0, text, n);
                text += n + (text[n] == '\n');
        }
}
