/* SPDX-License-Identifier: MIT */
/* Tables: what RFC 4180 and spreadsheets write, and what comes out as it went in. */
#include "text/csv.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <stdlib.h>

#define MOST 4

static struct csv_cell cells[MOST];
static size_t n;

static int row(struct csv *c) {
        return csv_row(c, cells, MOST, &n);
}

static int first_row(const char *text, bool multiline, struct err *err) {
        struct csv c;

        csv_begin(&c, bytes_text(text), LANGUAGE_EN, err);
        c.multiline = multiline;
        return row(&c);
}

Test(csv_row, rows_are_cells_wherever_the_line_ends) {
        struct err err;
        struct csv c;

        csv_begin(&c, bytes_text("\xEF\xBB\xBF a ,\"b, \"\"c\"\"\",\r\n課, \" d \",\xE6\x96\x87\n"), LANGUAGE_EN, &err);
        cr_assert_eq(row(&c), 0);
        cr_assert_eq(n, 3);
        cr_expect_str_eq(cells[0].text, "a");
        cr_expect_str_eq(cells[1].text, "b, \"c\"");
        cr_expect_str_eq(cells[2].text, "");
        cr_assert_eq(row(&c), 0);
        cr_expect_str_eq(cells[1].text, " d ");
        cr_expect_eq(cells[2].line, 2);
        cr_expect_eq(cells[2].column, 10, "a letter of three bytes is one column");
        cr_expect(csv_ended(&c));
}

Test(csv_row, whatever_separates_the_cells) {
        static const struct {
                char separator;
                const char *text;
        } all[] = { { ';', "a,b; c ;\"d;e\"" }, { '\t', "a,b\t c \t\"d;e\"" }, { ' ', " a,b   c \"d;e\"" } };

        for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
                struct err err = { 0 };
                struct csv c;

                csv_begin(&c, bytes_text(all[i].text), LANGUAGE_EN, &err);
                c.separator = all[i].separator;
                cr_assert_eq(row(&c), 0, "%s: %s", all[i].text, err.text);
                cr_assert_eq(n, 3, "%s", all[i].text);
                cr_expect_str_eq(cells[0].text, "a,b");
                cr_expect_str_eq(cells[1].text, "c");
                cr_expect_str_eq(cells[2].text, "d;e");
        }
}

Test(csv_row, line_ends_within_a_cell_are_for_those_who_ask) {
        struct err err = { 0 };

        cr_expect_eq(first_row("\"a\r\nb\",c", true, &err), 0);
        cr_expect_str_eq(cells[0].text, "a\r\nb");
        cr_expect_eq(first_row("\"a\r\nb\",c", false, &err), -EBADMSG);
}

Test(csv_row, what_is_no_table_is_refused_with_its_place) {
        static const struct {
                const char *text, *said;
        } hostile[] = {
                { "a\"b", "1:2: a quote in the middle" },
                { "a,\"b\"c", "1:6: something follows the quote" },
                { "a,\"b", "1:3: its quote is not closed" },
                { "\"a\"\"", "1:1: its quote is not closed" },
                { "a,b,c,d,e", "1:9: a column too many" },
                { "a\rb", "1:3: a stray line end" },
                { "a,\x01", "1:3: a character that cannot be used" },
                { "\x7f", "1:1: a character that cannot be used" },
        };

        for (size_t i = 0; i < sizeof hostile / sizeof *hostile; i++) {
                struct err err = { 0 };

                cr_expect_eq(first_row(hostile[i].text, true, &err), -EBADMSG, "%s", hostile[i].text);
                cr_expect_str_eq(err.text, hostile[i].said);
        }
}

Test(csv_row, a_cell_has_room_for_so_much) {
        char text[CSV_CELL + 1];
        struct err err;

        memset(text, 'x', CSV_CELL - 1);
        text[CSV_CELL - 1] = '\0';
        cr_expect_eq(first_row(text, true, &err), 0);
        memset(text, 'x', CSV_CELL);
        text[CSV_CELL] = '\0';
        cr_expect_eq(first_row(text, true, &err), -EBADMSG);
}

Test(csv_row, every_truncation_is_a_row_or_refused) {
        static const char whole[] = "\xEF\xBB\xBF\"a \"\"b\"\"\",課\r\n\"c\nd\",e\r\n";

        for (size_t size = 0; size < sizeof whole; size++) {
                char *cut = malloc(size ? size : 1); /* exactly as large, for the sanitizer */
                struct err err = { 0 };
                struct csv c;
                int r = 0;

                memcpy(cut, whole, size);
                csv_begin(&c, bytes_of(cut, size), LANGUAGE_JA, &err);
                c.multiline = true;
                while (r == 0 && !csv_ended(&c))
                        r = row(&c);
                cr_expect(r == 0 || (r == -EBADMSG && err.text[0]), "%zu", size);
                free(cut);
        }
}

static char *put(const char *text) {
        char *made = NULL;
        size_t size;
        FILE *to = open_memstream(&made, &size);

        csv_put(to, text);
        (void)fclose(to);
        return made;
}

Test(csv_put, what_goes_in_comes_out) {
        static const char *const texts[] = {
                "",   "plain", "a,b",   "\"",  "a \"b\"", " blank ", "two\nlines", "=1+1",     "+81",
                "-x", "@x",    "\ttab", "＝1", "＋1",     "－1",     "＠x",        "'quoted'", "納税課",
        };

        for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
                char *made = put(texts[i]);
                struct err err = { 0 };

                cr_assert_eq(first_row(made, true, &err), 0, "%s: %s", made, err.text);
                cr_expect_eq(n, 1);
                cr_expect_str_eq(csv_plain(cells[0].text), texts[i]);
                free(made);
        }
}

Test(csv_put, no_cell_begins_as_a_formula) {
        static const char *const texts[] = { "=1",  "+1",  "-1",  "@x",  "\tx",     "\rx",
                                             "＝1", "＋1", "－1", "＠x", "=\"a,b\"" };

        for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
                char *made = put(texts[i]);

                cr_expect_eq(made[made[0] == '"'], '\'', "%s", made);
                free(made);
        }
}
