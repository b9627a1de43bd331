/* SPDX-License-Identifier: MIT */
/* ledger_text.c — the ledger's next text: one row more, or one row changed, and every other byte as it was. */
#include "base/cleanup.h"
#include "base/date.h"
#include "cli/media/ledger.h"
#include "text/csv.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const struct ledger_row *ledger_find(const struct ledger *l, const char *number) {
        for (size_t i = 0; i < l->n; i++)
                if (l->rows[i].cells[LEDGER_NUMBER] && strcmp(l->rows[i].cells[LEDGER_NUMBER], number) == 0)
                        return &l->rows[i];
        return NULL;
}

const struct ledger_row *ledger_latest(const struct ledger *l, const struct medium *m) {
        for (size_t i = l->n; i > 0; i--)
                if (medium_is(&l->rows[i - 1].medium, m))
                        return &l->rows[i - 1];
        return NULL;
}

/* April to March: 2027-03-31 is of 2026. */
static int fiscal_year(int32_t day) {
        char text[DATE_TEXT];
        int year = 0, month = 0;

        date_text(day, text);
        (void)sscanf(text, "%d-%d", &year, &month);
        return month < 4 ? year - 1 : year;
}

void ledger_next_number(const struct ledger *l, int32_t day, char to[LEDGER_NUMBER_TEXT]) {
        int year = fiscal_year(day);
        unsigned highest = 0;

        for (size_t i = 0; i < l->n; i++) {
                unsigned n;
                int of;

                if (sscanf(l->rows[i].cells[LEDGER_NUMBER], "M%d-%6u", &of, &n) == 2 && of == year && n > highest)
                        highest = n;
        }
        (void)snprintf(to, LEDGER_NUMBER_TEXT, "M%d-%03u", year, highest + 1);
}

/* The line end of the header; in a new ledger that of RFC 4180. */
static const char *line_end(const struct ledger *l) {
        const uint8_t *lf = l->text.left ? memchr(l->text.at, '\n', l->text.left) : NULL;

        return lf && (lf == l->text.at || lf[-1] != '\r') ? "\n" : "\r\n";
}

/* Excel takes a text for UTF-8 only behind a byte order mark. */
static void put_header(FILE *to, enum language l) {
        (void)fputs("\xEF\xBB\xBF", to);
        for (enum ledger_column c = 0; c < LEDGER_COLUMNS; c++) {
                if (c)
                        (void)fputc(',', to);
                csv_put(to, ledger_heading(c, l));
        }
        (void)fputs("\r\n", to);
}

static int ledger_text_finish(FILE *to, char **text, size_t *size, char **ret, size_t *ret_size) {
        bool failed = ferror(to);

        if (fclose(to) != 0 || failed || !*text)
                return -ENOMEM;
        *ret = TAKE(*text);
        *ret_size = *size;
        return 0;
}

int ledger_append(const struct ledger *l, const char *const cells[LEDGER_COLUMNS], char **ret, size_t *ret_size) {
        auto_free char *text = NULL;
        size_t size, n = l->text.left ? l->n_file : LEDGER_COLUMNS;
        FILE *to = open_memstream(&text, &size);

        if (!to)
                return -ENOMEM;
        if (!l->text.left)
                put_header(to, l->l);
        (void)fwrite(l->text.at, 1, l->text.left, to);
        if (l->text.left && l->text.at[l->text.left - 1] != '\n')
                (void)fputs(line_end(l), to);
        for (size_t i = 0; i < n; i++) {
                int c = l->text.left ? l->order[i] : (int)i;

                if (i)
                        (void)fputc(',', to);
                if (c >= 0 && cells[c])
                        csv_put(to, cells[c]);
        }
        (void)fputs(line_end(l), to);
        return ledger_text_finish(to, &text, &size, ret, ret_size);
}

static int change_row(const struct ledger *l, const struct ledger_row *row, const char *const cells[LEDGER_COLUMNS],
                      FILE *to) {
        auto_free struct csv_cell *have = calloc(l->n_file, sizeof *have);
        struct bytes line = bytes_of(l->text.at + row->begin, row->end - row->begin);
        struct csv csv;
        size_t n = 0;

        if (!have)
                return -ENOMEM;
        csv_begin(&csv, line, l->l, NULL);
        csv.multiline = true;
        if (csv_row(&csv, have, l->n_file, &n) < 0)
                return -EBADMSG;
        for (size_t i = 0; i < n; i++) {
                int c = l->order[i];

                if (i)
                        (void)fputc(',', to);
                if (c >= 0 && cells[c])
                        csv_put(to, cells[c]);
                else
                        (void)fwrite(line.at + have[i].begin, 1, have[i].end - have[i].begin, to);
        }
        return 0;
}

int ledger_change(const struct ledger *l, const struct ledger_row *row, const char *const cells[LEDGER_COLUMNS],
                  char **ret, size_t *ret_size) {
        auto_free char *text = NULL;
        size_t size;
        FILE *to = open_memstream(&text, &size);
        int r;

        if (!to)
                return -ENOMEM;
        (void)fwrite(l->text.at, 1, row->begin, to);
        r = change_row(l, row, cells, to);
        (void)fwrite(l->text.at + row->end, 1, l->text.left - row->end, to);
        if (r < 0) {
                (void)fclose(to);
                return r;
        }
        return ledger_text_finish(to, &text, &size, ret, ret_size);
}
