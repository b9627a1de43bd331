/* SPDX-License-Identifier: MIT */
/* table.h — rows of cells on a terminal, aligned also where letters are two columns wide. Knows no cell's meaning. */
#pragma once

#include "base/cleanup.h"
#include "text/words.h"

#define TABLE_CELL 512

struct table_column {
        const char *ja, *en; /* "": a column of marks, whose empty cells stay empty */
        int widest; /* beyond it a cell is cut; 0: never (what a person may have to type, or read to the end) */
};

struct table;

/* With its headings and empty cells; NULL: no memory. `columns` must stay. */
struct table *table_new(const struct table_column *columns, size_t n_columns, size_t n_rows, enum language l);
void table_free(struct table *t); /* NULL is fine */
CLEANUP(table, struct table *, table_free)
#define auto_table AUTO(table)

/* TABLE_CELL bytes to be filled. */
char *table_cell(struct table *t, size_t row, size_t column);
void table_shorten(struct table *t, size_t n_rows); /* there are no more than these */
void table_print(struct table *t);

/* How many columns of a terminal this valid UTF-8 takes (in the locale's LC_CTYPE). */
int columns_of(const char *text);

/* Cut to at most `max` columns, with "…" at the end of what was cut. */
void columns_cut(const char *text, int max, char *to, size_t size);
