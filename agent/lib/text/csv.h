/* SPDX-License-Identifier: MIT */
/* csv.h — tables as spreadsheets write them (RFC 4180), one row at a time, with whichever separator, and cells that a
 * spreadsheet opens as text. Knows no column's meaning. */
#pragma once

#include "base/bytes.h"
#include "base/err.h"
#include "text/words.h"

#include <stdio.h>

#define CSV_CELL 1024 /* bytes of a cell, with its NUL */

struct csv_cell {
        unsigned line, column; /* from 1; of its first letter */
        size_t begin, end;     /* where it stands in the text, quotes included */
        size_t n;
        char text[CSV_CELL]; /* without quotes, and without blanks around what is not quoted */
};

struct csv {
        struct bytes at; /* what is not read yet */
        const uint8_t *from;
        unsigned line, column; /* of the next letter */
        bool multiline;        /* a quoted cell may hold line ends */
        char separator;        /* ',' unless it is set behind csv_begin(); of blanks, several count as one */
        enum language l;
        struct err *err;
};

/* At the beginning of a text, behind the byte order mark that spreadsheets write. */
void csv_begin(struct csv *c, struct bytes text, enum language l, struct err *err);
bool csv_ended(const struct csv *c);

/* One line into `cells`, at most `most` of them. -EBADMSG: err says "line:column: reason". */
int csv_row(struct csv *c, struct csv_cell *cells, size_t most, size_t *ret_n);

/* Refuse the text at that place; `words` are the reason. Returns -EBADMSG. */
int csv_fault(const struct csv *c, unsigned line, unsigned column, const char *words);
int csv_cell_fault(const struct csv *c, const struct csv_cell *cell, const char *words);

/* Write a cell. What a spreadsheet would take for a formula gets an apostrophe in front (OWASP, "CSV Injection"), and
 * csv_plain() takes it away again. */
void csv_put(FILE *to, const char *text);
const char *csv_plain(const char *text);
