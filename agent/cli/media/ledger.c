/* SPDX-License-Identifier: MIT */
/* ledger.c — see ledger.h. People edit the ledger, too, and add columns of their own: other columns are only copied,
 * never written anew. */
#include "cli/media/ledger.h"

#include "base/cleanup.h"
#include "base/date.h"
#include "base/quote.h"
#include "text/csv.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define FILE_COLUMNS 64

/* `was`: what versions before 0.5 wrote; a ledger is kept for years. */
static const struct {
        const char *ja, *en, *was;
} names[LEDGER_COLUMNS] = {
        [LEDGER_NUMBER] = { "管理番号", "Number" },
        [LEDGER_MEDIUM] = { "媒体", "Medium" },
        [LEDGER_NAME] = { "品名", "Product" },
        [LEDGER_SECTION] = { "所属", "Section" },
        [LEDGER_PERSON] = { "担当者", "Person" },
        [LEDGER_ACCESS] = { "権限", "Access" },
        [LEDGER_HOURS] = { "時間", "Hours" },
        [LEDGER_UNTIL] = { "期限", "Until" },
        [LEDGER_RULE] = { "規則", "Rule" },
        [LEDGER_REQUEST] = { "問い合わせ番号", "Request", "申請番号" },
        [LEDGER_ENROLLED] = { "登録日", "Enrolled" },
        [LEDGER_ENROLLED_BY] = { "登録者", "Enrolled by" },
        [LEDGER_OUTCOME] = { "処置", "Outcome" },
        [LEDGER_RETIRED] = { "処置日", "Retired" },
        [LEDGER_RETIRED_BY] = { "処置者", "Retired by" },
        [LEDGER_WITNESS] = { "立会者", "Witness" },
};

static const struct {
        const char *ja, *en, *was;
} outcomes[OUTCOMES] = {
        [OUTCOME_NONE] = { "", "" },
        [OUTCOME_RETURNED] = { "返却", "returned" },
        [OUTCOME_ERASED] = { "消去", "erased" },
        [OUTCOME_DESTROYED] = { "物理的破壊", "destroyed", "破砕" },
};

static const struct {
        const char *ja, *en;
} accesses[] = { { "読み書き", "read-write" }, { "読み取り専用", "read-only" } };

const char *ledger_heading(enum ledger_column c, enum language l) {
        return SAY(l, names[c].ja, names[c].en);
}

const char *outcome_word(enum ledger_outcome o, enum language l) {
        return SAY(l, outcomes[o].ja, outcomes[o].en);
}

static bool is_word(const char *word, const char *ja, const char *en, const char *was) {
        return strcmp(word, ja) == 0 || strcmp(word, en) == 0 || (was && strcmp(word, was) == 0);
}

enum ledger_outcome outcome_from_word(const char *word) {
        enum ledger_outcome o = 0;

        while (o < OUTCOMES && !is_word(word, outcomes[o].ja, outcomes[o].en, outcomes[o].was))
                o++;
        return o;
}

const char *access_word(bool read_only, enum language l) {
        return SAY(l, accesses[read_only].ja, accesses[read_only].en);
}

bool access_from_word(const char *word, bool *ret_read_only) {
        for (int i = 0; i < 2; i++)
                if (strcmp(word, accesses[i].ja) == 0 || strcmp(word, accesses[i].en) == 0) {
                        *ret_read_only = i;
                        return true;
                }
        return false;
}

bool ledger_date(const char *text, int32_t *ret_day) {
        unsigned year, month, day;
        char strict[40];
        int n = 0;

        if (sscanf(text, "%4u%*1[-/]%2u%*1[-/]%2u%n", &year, &month, &day, &n) != 3 || text[n])
                return false;
        (void)snprintf(strict, sizeof strict, "%04u-%02u-%02u", year, month, day);
        return date_parse(strict, ret_day);
}

struct ledger_reader {
        struct csv csv;
        struct ledger *to;
        struct csv_cell cells[FILE_COLUMNS];
        size_t n;
};

static enum ledger_column column_named(const char *name) {
        enum ledger_column c = 0;

        while (c < LEDGER_COLUMNS && !is_word(name, names[c].ja, names[c].en, names[c].was))
                c++;
        return c;
}

static int take_heading(struct ledger_reader *r, size_t i, bool seen[LEDGER_COLUMNS]) {
        const char *text = r->cells[i].text;
        enum ledger_column c = column_named(text);

        r->to->order[i] = c < LEDGER_COLUMNS ? (int)c : -1;
        if (c == LEDGER_COLUMNS)
                return 0;
        if (seen[c])
                return csv_cell_fault(&r->csv, &r->cells[i],
                                      SAY(r->csv.l, "同じ見出しが二つあります", "this heading is there twice"));
        seen[c] = true;
        if (c == LEDGER_NUMBER)
                r->to->l = r->csv.l = strcmp(text, names[c].en) == 0 ? LANGUAGE_EN : LANGUAGE_JA;
        return 0;
}

static int read_header(struct ledger_reader *r) {
        bool seen[LEDGER_COLUMNS] = { false };
        char missing[256];
        int error = csv_row(&r->csv, r->cells, FILE_COLUMNS, &r->n);

        r->to->n_file = r->n;
        for (size_t i = 0; error == 0 && i < r->n; i++)
                error = take_heading(r, i, seen);
        for (enum ledger_column c = 0; error == 0 && c < LEDGER_COLUMNS; c++) {
                if (seen[c])
                        continue;
                (void)snprintf(missing, sizeof missing,
                               SAY(r->csv.l, "見出し「%s」がありません", "the heading '%s' is missing"),
                               SAY(r->csv.l, names[c].ja, names[c].en));
                error = csv_fault(&r->csv, 1, 1, missing);
        }
        return error;
}

static bool is_blank(const struct ledger_reader *r) {
        for (size_t i = 0; i < r->n; i++)
                if (r->cells[i].n)
                        return false;
        return true;
}

static const char *number_fault(const struct ledger_reader *r, struct ledger_row *row, const char *text) {
        (void)row;
        if (!*text)
                return SAY(r->csv.l, "管理番号がありません", "a number is missing");
        return ledger_find(r->to, text)
                       ? SAY(r->csv.l, "同じ管理番号が前の行にもあります", "a row before this one has the same number")
                       : NULL;
}

static const char *medium_fault(const struct ledger_reader *r, struct ledger_row *row, const char *text) {
        return medium_parse(text, &row->medium)
                       ? NULL
                       : SAY(r->csv.l, "媒体を読み取れません（usb 0951:1666 製造番号 の形です）",
                             "not a medium (it is written: usb 0951:1666 SERIAL)");
}

static const char *access_fault(const struct ledger_reader *r, struct ledger_row *row, const char *text) {
        return access_from_word(text, &row->read_only)
                       ? NULL
                       : SAY(r->csv.l, "読み書き、読み取り専用 のどちらかです", "one of read-write, read-only");
}

static const char *until_fault(const struct ledger_reader *r, struct ledger_row *row, const char *text) {
        return ledger_date(text, &row->until)
                       ? NULL
                       : SAY(r->csv.l, "2027-03-31 のような日付ではありません", "not a date like 2027-03-31");
}

static const char *outcome_fault(const struct ledger_reader *r, struct ledger_row *row, const char *text) {
        row->outcome = outcome_from_word(text);
        return row->outcome < OUTCOMES ? NULL
                                       : SAY(r->csv.l, "空欄か、返却、消去、物理的破壊 のどれかです",
                                             "empty, or one of returned, erased, destroyed");
}

static const char *(*const faults[LEDGER_COLUMNS])(const struct ledger_reader *, struct ledger_row *, const char *) = {
        [LEDGER_NUMBER] = number_fault, [LEDGER_MEDIUM] = medium_fault,   [LEDGER_ACCESS] = access_fault,
        [LEDGER_UNTIL] = until_fault,   [LEDGER_OUTCOME] = outcome_fault,
};

static int take_cells(struct ledger_reader *r, struct ledger_row *row) {
        for (size_t i = 0; i < r->n; i++) {
                int c = r->to->order[i];
                const char *text = csv_plain(r->cells[i].text), *why;

                if (c < 0)
                        continue;
                why = faults[c] ? faults[c](r, row, text) : NULL;
                if (why)
                        return csv_cell_fault(&r->csv, &r->cells[i], why);
                row->cells[c] = strdup(text);
                if (!row->cells[c])
                        return err_say(r->csv.err, -ENOMEM, "メモリーが足りません", "no memory for the ledger");
        }
        return 0;
}

static int read_row(struct ledger_reader *r) {
        struct ledger *to = r->to;
        struct ledger_row *row;
        int error = csv_row(&r->csv, r->cells, to->n_file, &r->n);

        if (error < 0 || is_blank(r))
                return error;
        if (r->n < to->n_file)
                return csv_cell_fault(&r->csv, &r->cells[r->n - 1],
                                      SAY(r->csv.l, "このあとの列がありません", "columns are missing behind"));
        if (to->n == LEDGER_ROWS)
                return csv_cell_fault(&r->csv, r->cells, SAY(r->csv.l, "行が多すぎます", "too many rows"));
        row = &to->rows[to->n];
        *row = (struct ledger_row){ .begin = r->cells[0].begin,
                                    .end = r->cells[r->n - 1].end,
                                    .line = r->cells[0].line };
        error = take_cells(r, row);
        to->n++; /* also a broken one has cells to be freed */
        return error;
}

/* The commonest accident is Excel's plain "CSV", which is Shift_JIS in Japan. Hidden characters could move the cursor
 * of the terminal on which a cell is shown. */
static int encoding_check(struct bytes text, enum language l, struct err *err) {
        unsigned line = 1, column = 1, c;

        if (text.left >= 3 && memcmp(text.at, "\xEF\xBB\xBF", 3) == 0)
                (void)bytes_take(&text, 3);
        for (size_t size; text.left; (void)bytes_take(&text, size)) {
                size = utf8_next((const char *)text.at, text.left, &c);
                if (size == 0)
                        return err_set(err, -EBADMSG, "%u:%u: %s", line, column,
                                       SAY(l, "UTF-8 ではありません（Excel では「CSV UTF-8」で保存してください）",
                                           "not UTF-8 (in Excel, save as \"CSV UTF-8\")"));
                if (character_hides(c) && c != '\t' && c != '\r' && c != '\n')
                        return err_set(err, -EBADMSG, "%u:%u: %s", line, column,
                                       SAY(l, "表示されない文字です", "a character that does not show"));
                column = c == '\n' ? 1 : column + 1;
                line += c == '\n';
        }
        return 0;
}

static int ledger_parse_file(struct ledger_reader *r) {
        int error;

        r->to->order = calloc(FILE_COLUMNS, sizeof *r->to->order);
        r->to->rows = calloc(LEDGER_ROWS, sizeof *r->to->rows);
        if (!r->to->order || !r->to->rows)
                return err_say(r->csv.err, -ENOMEM, "メモリーが足りません", "no memory for the ledger");
        error = read_header(r);
        while (error == 0 && !csv_ended(&r->csv))
                error = read_row(r);
        return error;
}

int ledger_parse(struct bytes text, enum language l, struct ledger *ret, struct err *err) {
        auto_free struct ledger_reader *r = calloc(1, sizeof *r);
        struct ledger ledger = { .text = text, .l = l };
        int error = encoding_check(text, l, err);

        if (error == 0 && !r)
                error = err_say(err, -ENOMEM, "メモリーが足りません", "no memory for the ledger");
        if (error == 0 && text.left) {
                r->to = &ledger;
                csv_begin(&r->csv, text, l, err);
                r->csv.multiline = true;
                error = ledger_parse_file(r);
        }
        if (error == 0)
                *ret = ledger;
        else
                ledger_deinit(&ledger);
        return error;
}

void ledger_deinit(struct ledger *l) {
        for (size_t i = 0; i < l->n; i++)
                for (size_t c = 0; c < LEDGER_COLUMNS; c++)
                        free(l->rows[i].cells[c]);
        free(l->rows);
        free(l->order);
        *l = (struct ledger){ 0 };
}
