/* SPDX-License-Identifier: MIT */
/* table.c — mbrtowc() and wcwidth() measure each cell, blanks fill it to the width of its column. See table.h. */
#include "cli/table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

struct table {
        const struct table_column *columns;
        size_t n_columns, n_rows; /* with the headings */
        char cells[][TABLE_CELL];
};

static int width_of(wchar_t c) {
        int width = wcwidth(c);

        return width < 0 ? 1 : width;
}

int columns_of(const char *text) {
        mbstate_t state = { 0 };
        wchar_t c;
        int width = 0;

        for (size_t n; (n = mbrtowc(&c, text, MB_CUR_MAX, &state)) != 0; text += n) {
                if (n > MB_CUR_MAX) { /* no letter of this locale: one column each, as terminals do */
                        state = (mbstate_t){ 0 };
                        n = 1;
                        width++;
                } else {
                        width += width_of(c);
                }
        }
        return width;
}

void columns_cut(const char *text, int max, char *to, size_t size) {
        mbstate_t state = { 0 };
        size_t used = 0, n;
        int width = 0;
        wchar_t c;

        if (columns_of(text) <= max) {
                (void)snprintf(to, size, "%s", text);
                return;
        }
        while ((n = mbrtowc(&c, text + used, MB_CUR_MAX, &state)) != 0 && n <= MB_CUR_MAX) {
                if (width + width_of(c) > max - 1)
                        break;
                width += width_of(c);
                used += n;
        }
        (void)snprintf(to, size, "%.*s…", (int)used, text);
}

char *table_cell(struct table *t, size_t row, size_t column) {
        return t->cells[(row + 1) * t->n_columns + column];
}

struct table *table_new(const struct table_column *columns, size_t n_columns, size_t n_rows, enum language l) {
        struct table *t = calloc(1, sizeof *t + (n_rows + 1) * n_columns * TABLE_CELL);

        if (!t)
                return NULL;
        t->columns = columns;
        t->n_columns = n_columns;
        t->n_rows = n_rows + 1;
        for (size_t i = 0; i < n_columns; i++)
                (void)snprintf(t->cells[i], TABLE_CELL, "%s", SAY(l, columns[i].ja, columns[i].en));
        return t;
}

void table_shorten(struct table *t, size_t n_rows) {
        t->n_rows = n_rows + 1;
}

void table_free(struct table *t) {
        free(t);
}

static void table_tidy(const struct table_column *c, char cell[TABLE_CELL]) {
        char whole[TABLE_CELL];

        (void)memcpy(whole, cell, TABLE_CELL);
        if (c->widest)
                columns_cut(whole, c->widest, cell, TABLE_CELL);
        if (!cell[0] && *c->en)
                (void)snprintf(cell, TABLE_CELL, "-");
}

void table_print(struct table *t) {
        size_t n = t->n_columns;

        for (size_t k = 0; k < n; k++) {
                int width = 0;

                for (size_t i = 0; i < t->n_rows; i++) {
                        char *cell = t->cells[i * n + k];

                        table_tidy(&t->columns[k], cell);
                        width = columns_of(cell) > width ? columns_of(cell) : width;
                }
                for (size_t i = 0; i < t->n_rows && k < n - 1; i++) {
                        char *cell = t->cells[i * n + k];
                        size_t used = strlen(cell);

                        (void)snprintf(cell + used, TABLE_CELL - used, "%*s", width - columns_of(cell) + 2, "");
                }
        }
        for (size_t i = 0; i < t->n_rows * n; i++)
                (void)fprintf(stdout, "%s%s", t->cells[i], (i + 1) % n ? "" : "\n");
}
