/* SPDX-License-Identifier: MIT */
/* csv.c — see csv.h. Strict: what is not understood is an error with its place, never skipped. */
#include "text/csv.h"

#include <errno.h>
#include <string.h>

int csv_fault(const struct csv *c, unsigned line, unsigned column, const char *words) {
        return err_set(c->err, -EBADMSG, "%u:%u: %s", line, column, words);
}

int csv_cell_fault(const struct csv *c, const struct csv_cell *cell, const char *words) {
        return csv_fault(c, cell->line, cell->column, words);
}

void csv_begin(struct csv *c, struct bytes text, enum language l, struct err *err) {
        *c = (struct csv){ .at = text, .from = text.at, .line = 1, .column = 1, .separator = ',', .l = l, .err = err };
        if (text.left >= 3 && memcmp(text.at, "\xEF\xBB\xBF", 3) == 0)
                (void)bytes_take(&c->at, 3);
}

bool csv_ended(const struct csv *c) {
        return c->at.left == 0;
}

/* The next byte, or -1 at the end. */
static int csv_peek(const struct csv *c) {
        return c->at.left ? c->at.at[0] : -1;
}

static int csv_next(struct csv *c) {
        int byte = bytes_u8(&c->at);

        if (byte == '\n') {
                c->line++;
                c->column = 1;
        } else if ((byte & 0xC0) != 0x80) { /* the rest of a UTF-8 letter takes no column */
                c->column++;
        }
        return byte;
}

static size_t csv_offset(const struct csv *c) {
        return (size_t)(c->at.at - c->from);
}

static bool ends_line(int byte) {
        return byte == '\n' || byte == '\r' || byte < 0;
}

static int csv_put_byte(const struct csv *c, struct csv_cell *cell, int byte) {
        bool fits = byte >= ' ' || byte == '\t' || (c->multiline && byte >= 0 && ends_line(byte));

        if (cell->n == CSV_CELL - 1)
                return csv_cell_fault(c, cell, SAY(c->l, "長すぎます", "too long"));
        if (!fits || byte == 0x7F)
                return csv_fault(c, c->line, c->column,
                                 SAY(c->l, "使えない文字です", "a character that cannot be used"));
        cell->text[cell->n++] = (char)byte;
        return 0;
}

/* Read a cell from its opening quote to its closing one; a doubled quote stands for one quote. */
static int read_quoted(struct csv *c, struct csv_cell *cell) {
        int r = 0;

        (void)csv_next(c);
        while (r == 0) {
                if (csv_peek(c) < 0 || (!c->multiline && ends_line(csv_peek(c))))
                        return csv_cell_fault(c, cell, SAY(c->l, "引用符が閉じていません", "its quote is not closed"));
                if (csv_peek(c) == '"') {
                        (void)csv_next(c);
                        if (csv_peek(c) != '"')
                                break;
                }
                r = csv_put_byte(c, cell, csv_peek(c));
                (void)csv_next(c);
        }
        if (r == 0 && !ends_line(csv_peek(c)) && csv_peek(c) != c->separator)
                return csv_fault(c, c->line, c->column,
                                 SAY(c->l, "引用符のあとに文字があります", "something follows the quote"));
        return r;
}

static int read_plain(struct csv *c, struct csv_cell *cell) {
        int r = 0;

        while (r == 0 && !ends_line(csv_peek(c)) && csv_peek(c) != c->separator) {
                if (csv_peek(c) == '"')
                        return csv_fault(c, c->line, c->column,
                                         SAY(c->l, "途中に引用符があります", "a quote in the middle"));
                r = csv_put_byte(c, cell, csv_peek(c));
                (void)csv_next(c);
        }
        while (cell->n && (cell->text[cell->n - 1] == ' ' || cell->text[cell->n - 1] == '\t'))
                cell->n--;
        return r;
}

static int read_cell(struct csv *c, struct csv_cell *cell) {
        size_t begin = csv_offset(c);
        int r;

        while (csv_peek(c) == ' ' || (csv_peek(c) == '\t' && c->separator != '\t'))
                (void)csv_next(c);
        cell->line = c->line;
        cell->column = c->column;
        cell->begin = begin;
        cell->n = 0;
        r = csv_peek(c) == '"' ? read_quoted(c, cell) : read_plain(c, cell);
        cell->text[cell->n] = '\0';
        cell->end = csv_offset(c);
        return r;
}

static int end_line(struct csv *c) {
        if (csv_peek(c) == '\r')
                (void)csv_next(c);
        if (csv_peek(c) == '\n')
                (void)csv_next(c);
        else if (csv_peek(c) >= 0)
                return csv_fault(c, c->line, c->column, SAY(c->l, "行の途中に改行があります", "a stray line end"));
        return 0;
}

int csv_row(struct csv *c, struct csv_cell *cells, size_t most, size_t *ret_n) {
        size_t n = 0;
        int r = 0;

        for (; r == 0; (void)csv_next(c)) {
                if (n == most)
                        return csv_fault(c, c->line, c->column, SAY(c->l, "列が多すぎます", "a column too many"));
                r = read_cell(c, &cells[n]);
                n++;
                if (csv_peek(c) != c->separator)
                        break;
        }
        *ret_n = n;
        return r == 0 ? end_line(c) : r;
}

/* Signs that make a cell a formula when it begins with one; Japanese spreadsheets may accept the full-width forms, too.
 */
static bool begins_formula(const char *text) {
        static const char *const signs[] = { "=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠" };

        for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
                if (strncmp(text, signs[i], strlen(signs[i])) == 0)
                        return true;
        return false;
}

const char *csv_plain(const char *text) {
        return text[0] == '\'' && begins_formula(text + 1) ? text + 1 : text;
}

void csv_put(FILE *to, const char *text) {
        size_t n = strlen(text);
        bool formula = begins_formula(text);
        bool quoted = strpbrk(text, ",\"\r\n") || (n && (strchr(" \t", text[0]) || strchr(" \t", text[n - 1])));

        if (quoted)
                (void)fputc('"', to);
        if (formula)
                (void)fputc('\'', to);
        for (; *text; text++) {
                if (*text == '"')
                        (void)fputc('"', to);
                (void)fputc(*text, to);
        }
        if (quoted)
                (void)fputc('"', to);
}
