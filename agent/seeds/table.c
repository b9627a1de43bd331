/* SPDX-License-Identifier: MIT */
/* table.c — see table.h. Strict: a heading that nobody knows is refused, because it may be a misspelt one. */
#include "seeds/table.h"

#include "base/secret.h"
#include "base/seed_text.h"
#include "decision/login.h"
#include "seeds/headings.h"
#include "seeds/secrets.h"
#include "text/csv.h"

#include <ctype.h>
#include <stdlib.h>
#include <strings.h>

#define COLUMNS 40

struct seeds_table {
        struct seeds_reading *r;
        struct csv csv;
        struct err err;
        size_t columns;
        struct heading order[COLUMNS]; /* what stands in each column; without a name: nothing may */
        size_t n_cells;
        struct csv_cell cells[COLUMNS + 1];
};

/* Tab, semicolon or comma, whichever stands most often outside quotes; ' ' where only blanks part a serial from a
 * secret; '\0': there is one column. */
static char table_separator(struct bytes line) {
        static const char separators[] = "\t;,";
        size_t counts[3] = { 0 }, most = 0;
        char text[SEEDS_TEXT] = "";
        bool quoted = false;

        for (size_t i = 0; i < line.left; i++) {
                const char *found = line.at[i] ? strchr(separators, line.at[i]) : NULL;

                quoted ^= line.at[i] == '"';
                if (found && !quoted)
                        counts[found - separators]++;
        }
        for (size_t i = 1; i < 3; i++)
                most = counts[i] > counts[most] ? i : most;
        if (counts[most])
                return separators[most];
        while (line.left && isspace(line.at[line.left - 1]))
                line.left--;
        while (line.left && isspace(line.at[0]))
                (void)bytes_take(&line, 1);
        memcpy(text, line.at ? (const char *)line.at : "", line.left < sizeof text ? line.left : sizeof text - 1);
        most = strcspn(text, ":"); /* "hex:" in front of groups of digits */
        return text[0] && strchr(text, ' ') && !secrets_is_one(text[most] ? text + most + 1 : text) ? ' ' : '\0';
}

static void table_begin(struct seeds_table *t, struct seeds_reading *r, struct bytes first) {
        char separator = table_separator(first);

        t->r = r;
        csv_begin(&t->csv, r->text.text, LANGUAGE_EN, &t->err);
        t->csv.separator = separator ? separator : ',';
}

/* What the reader of rows says, in both languages: the row is read again for the other. */
static void table_refuse_row(struct seeds_table *t, struct csv before) {
        struct err ja = { "" };
        char *end, *reason;
        unsigned long line = strtoul(t->err.text, &end, 10), column = *end ? strtoul(end + 1, &end, 10) : 0;

        before.l = LANGUAGE_JA;
        before.err = &ja;
        (void)csv_row(&before, t->cells, COLUMNS, &t->n_cells);
        reason = strstr(ja.text, ": ");
        reading_refuse(t->r, (uint32_t)line, (uint32_t)column, IN_JA, IN_EN, reason ? reason + 2 : ja.text,
                       *end ? end + 2 : t->err.text);
}

/* A remark, and what tells a spreadsheet its separator, count as such. */
static bool table_is_blank(const struct seeds_table *t) {
        if (t->cells[0].text[0] == '#' || strncasecmp(t->cells[0].text, "sep=", 4) == 0)
                return true;
        for (size_t i = 0; i < t->n_cells; i++)
                if (t->cells[i].n)
                        return false;
        return true;
}

/* The next line that says something. False at the end, or where nothing more can be read. */
static bool table_next(struct seeds_table *t) {
        while (!csv_ended(&t->csv)) {
                struct csv before = t->csv;

                if (csv_row(&t->csv, t->cells, COLUMNS, &t->n_cells) < 0) {
                        table_refuse_row(t, before);
                        return false;
                }
                if (!table_is_blank(t))
                        return true;
        }
        return false;
}

/* ="0123" is how a spreadsheet is made to keep digits. */
static const char *table_text(struct csv_cell *c) {
        if (c->n >= 3 && c->text[0] == '=' && c->text[1] == '"' && c->text[c->n - 1] == '"') {
                c->text[c->n - 1] = '\0';
                return c->text + 2;
        }
        return csv_plain(c->text);
}

static void table_take_cell(struct seeds_table *t, struct reading_row *row, size_t i) {
        const struct heading *h = &t->order[i];
        struct csv_cell *c = &t->cells[i];

        if (h->secret)
                secrets_write(t->r, row, c->column, table_text(c));
        else if (h->take)
                h->take(t->r, &row->row, c->column, table_text(c));
        else if (!h->name && c->n)
                reading_refuse(t->r, c->line, c->column, "この列には見出しがありません", "this column has no heading");
}

static void table_take_row(struct seeds_table *t) {
        uint32_t line = t->cells[0].line;
        size_t before = t->r->n_faults;
        struct reading_row *row;

        while (t->n_cells > t->columns && t->cells[t->n_cells - 1].n == 0)
                t->n_cells--;
        if (t->n_cells > t->columns) {
                reading_refuse(t->r, line, t->cells[t->columns].column, "列が多すぎます", "a column too many");
                return;
        }
        if (t->n_cells < t->columns) {
                reading_refuse(t->r, line, t->cells[t->n_cells - 1].column, "このあとの列がありません",
                               "columns are missing behind");
                return;
        }
        row = reading_add(t->r, line);
        for (size_t i = 0; row && i < t->columns && t->r->n_faults == before; i++)
                table_take_cell(t, row, i);
        if (row && t->r->n_faults != before) /* one reason for a row is enough */
                t->r->n--;
}

static void table_take_rows(struct seeds_table *t) {
        while (table_next(t))
                table_take_row(t);
        if (!t->r->n && !t->r->n_faults)
                reading_refuse(t->r, t->csv.line, 1, "表が空です", "the table is empty");
        secret_wipe(t->cells, sizeof t->cells);
}

static struct seeds_table *table_new(struct seeds_reading *r) {
        struct seeds_table *t = calloc(1, sizeof *t);
        uint32_t line;

        if (t && reading_make_room(r, r->text.text.left / 16 + 2)) {
                table_begin(t, r, reading_first_line(r, &line));
                return t;
        }
        reading_refuse(r, 0, 0, "メモリーが足りません", "out of memory");
        free(t);
        return NULL;
}

/* ---- with a header ------------------------------------------------------------------------------------------------
 */

/* The heading is not quoted: where a header is missing, it may be a secret. */
static void table_refuse_heading(struct seeds_table *t, const struct csv_cell *c, bool known) {
        if (known)
                reading_refuse(t->r, c->line, c->column, "同じ意味の見出しが二度目です",
                               "a heading of this meaning is there already");
        else
                reading_refuse(
                        t->r, c->line, c->column,
                        "この見出しは分かりません（user、serial、secret、algorithm、digits、period と、よく使われる別名）。"
                        "要らない列なら消してください",
                        "no such heading (user, serial, secret, algorithm, digits, period, and what makers call them): "
                        "remove the column where it is not needed");
}

static bool table_repeats(const struct seeds_table *t, const struct heading *h) {
        for (size_t i = 0; i < t->columns; i++)
                if (t->order[i].name && (h->take || h->secret) && t->order[i].take == h->take
                    && t->order[i].secret == h->secret)
                        return true;
        return false;
}

static void table_read_header(struct seeds_table *t) {
        for (size_t i = 0; i < t->n_cells; i++, t->columns++) {
                const struct heading *h = heading_of(t->cells[i].text);

                t->order[i] = (struct heading){ NULL };
                if (t->cells[i].n == 0)
                        continue;
                if (!h || table_repeats(t, h)) {
                        table_refuse_heading(t, &t->cells[i], h != NULL);
                        return;
                }
                t->order[i] = *h;
                if (h->secret)
                        t->r->alphabet = h->alphabet;
        }
}

static bool table_has(const struct seeds_table *t, value_take *take, bool secret) {
        for (size_t i = 0; i < t->columns; i++)
                if (t->order[i].name && t->order[i].take == take && t->order[i].secret == secret)
                        return true;
        return false;
}

static void table_check_header(struct seeds_table *t) {
        bool owners = t->r->asked->want == SEEDS_OWNERS, user = table_has(t, value_user, false),
             serial = table_has(t, value_serial, false), secret = table_has(t, NULL, true),
             principal = table_has(t, value_principal, false);

        if (owners && (secret || !serial || (!user && !principal)))
                reading_refuse(t->r, t->cells[0].line, 1, "見出しは user と serial だけです（secret は要りません）",
                               "the header has user and serial, and no secret");
        else if (!owners && (!secret || (!user && !principal && !serial)))
                reading_refuse(t->r, t->cells[0].line, 1, "見出しに secret と、user か serial が要ります",
                               "the header needs secret, and user or serial");
        else if (user && principal)
                reading_refuse(t->r, t->cells[0].line, 1, "利用者の列が二つあります", "two columns name the user");
}

void table_read_headed(struct seeds_reading *r) {
        struct seeds_table *t = table_new(r);

        if (t && table_next(t)) {
                table_read_header(t);
                if (!r->n_faults)
                        table_check_header(t);
                if (!r->n_faults)
                        table_take_rows(t);
        }
        free(t);
        if (r->asked->want == SEEDS_TOKENS)
                secrets_decide(r);
}

void table_read_principals(struct seeds_reading *r) {
        table_read_headed(r);
        for (size_t i = 0; i < r->n; i++) {
                struct seeds_row *row = &r->rows[i].row;

                row->algorithm = row->algorithm ? row->algorithm : 1 + TOTP_SHA1;
                row->digits = row->digits ? row->digits : 6;
        }
}

/* How many cells of the first line are headings, and whether one of them is `take`. */
static size_t table_headings(const struct seeds_reading *r, value_take *take, bool *ret_has) {
        struct seeds_table *t = calloc(1, sizeof *t);
        size_t n = 0;
        uint32_t line;

        *ret_has = false;
        if (!t)
                return 0;
        table_begin(t, (struct seeds_reading *)(uintptr_t)r, (struct bytes){ 0 });
        t->csv.at = reading_first_line(r, &line);
        t->csv.separator = table_separator(t->csv.at) ?: ',';
        if (csv_row(&t->csv, t->cells, COLUMNS, &t->n_cells) == 0)
                for (size_t i = 0; i < t->n_cells; i++) {
                        const struct heading *h = heading_of(t->cells[i].text);

                        n += h != NULL;
                        *ret_has |= h && h->take == take && (h->take || h->secret);
                }
        free(t);
        return n;
}

bool table_has_header(const struct seeds_reading *r) {
        bool secret;

        return table_headings(r, NULL, &secret) >= 2 || secret;
}

bool table_has_principals(const struct seeds_reading *r) {
        bool principals;

        return table_headings(r, value_principal, &principals) >= 2 && principals;
}

/* ---- without one --------------------------------------------------------------------------------------------------
 */

#define COLUMN(take)                                                                                                   \
        { "", take }
static const struct heading secret_column = { "", NULL, true, SEEDS_OWN_ALPHABET };

/* Behind serial and secret: LinOTP's and privacyIDEA's columns, or a period (makers' lists for other servers). */
static const struct heading behind_kind[] = { COLUMN(value_kind), COLUMN(value_digits), COLUMN(value_period),
                                              COLUMN(value_algorithm) };
static const struct heading behind_period[] = { COLUMN(value_period) };
static const struct heading behind_digits[] = { COLUMN(value_digits), COLUMN(value_period) };

static void table_append(struct seeds_table *t, const struct heading *h, size_t n, size_t most) {
        for (size_t i = 0; i < n && t->columns < most; i++)
                t->order[t->columns++] = h[i];
}

/* From the first row. privacyIDEA's second version has user, resolver and realm in front. */
static void table_plan_list(struct seeds_table *t, bool users) {
        static const struct heading people[] = { COLUMN(value_user), { "", NULL }, { "", NULL } };
        static const struct heading serial[] = { COLUMN(value_serial) };
        size_t n = t->n_cells, at = users ? 5 : 2;
        unsigned long third = n > at ? strtoul(t->cells[at].text, NULL, 10) : 0;

        if (n == 1) {
                table_append(t, &secret_column, 1, n);
                return;
        }
        table_append(t, people, users ? 3 : 0, n);
        table_append(t, serial, 1, n);
        table_append(t, &secret_column, 1, n);
        if (third >= TOKEN_PERIOD_LEAST)
                table_append(t, behind_period, 1, n);
        else if (third)
                table_append(t, behind_digits, 2, n);
        else
                table_append(t, behind_kind, 4, n);
        while (t->columns < n && t->cells[t->columns].n == 0)
                t->columns++; /* empty, and it has to stay so */
}

/* "# version: 2" in the first line, however it is spaced. */
static bool table_says_version_2(const struct seeds_reading *r) {
        char bare[16] = "";
        size_t n = 0;

        for (size_t i = 0; i < r->text.text.left && r->text.text.at[i] != '\n' && n < sizeof bare - 1; i++)
                if (!isspace(r->text.text.at[i]))
                        bare[n++] = (char)tolower(r->text.text.at[i]);
        return strcmp(bare, "#version:2") == 0;
}

static void table_take_list(struct seeds_table *t) {
        struct csv before = t->csv;

        if (!table_next(t))
                return;
        table_plan_list(t, table_says_version_2(t->r));
        for (size_t i = 1; i < t->columns; i++)
                if (t->order[i].secret && t->cells[i].n < SEED_LEAST && !secrets_is_rounded(t->cells[i].text)) {
                        reading_refuse(t->r, t->cells[i].line, t->cells[i].column,
                                       "見出しがなく、ここに秘密の値もありません（製造番号、秘密の値の順です）",
                                       "no header, and no secret here (a list is SERIAL, SECRET)");
                        return;
                }
        t->csv = before;
        table_take_rows(t);
        if (t->columns == 1 && t->r->n > 1)
                reading_refuse(t->r, t->r->rows[1].row.line, 1,
                               "秘密の値を一つ、製造番号と秘密の値の一覧、または見出しのある表を書きます",
                               "one secret, a list of serials and secrets, or a table with a header");
}

void table_read_list(struct seeds_reading *r) {
        struct seeds_table *t = table_new(r);

        if (t)
                table_take_list(t);
        if (t && !r->n && !r->n_faults)
                reading_refuse(r, 1, 1, "何も書かれていません", "there is nothing in it");
        free(t);
        secrets_decide(r);
}
