/* SPDX-License-Identifier: MIT */
/* seeds.c — see seeds.h. Strict: what is not understood is an error with its place, never skipped. */
#include "cli/seeds.h"

#include "auth/totp.h"
#include "base/secret.h"
#include "control/token.h"

#include <errno.h>
#include <stdlib.h>
#include <strings.h>

#define CELL 256

enum column { USER, SERIAL, SECRET, ALGORITHM, DIGITS, PERIOD, COLUMNS };
static const char *const names[COLUMNS] = { "user", "serial", "secret", "algorithm", "digits", "period" };

struct cell {
        unsigned line, column;
        size_t n;
        char text[CELL];
};

struct table {
        struct bytes at;
        unsigned line, column; /* of the next letter */
        enum language l;
        struct err *err;
        enum column order[COLUMNS]; /* what stands in each column */
        size_t columns;
        struct cell cells[COLUMNS]; /* of the row last read */
        size_t n_cells;
        const struct token *defaults;
        struct seeds seeds;
};

static int fault_at(struct table *t, unsigned line, unsigned column, const char *words) {
        return err_set(t->err, -EBADMSG, "%u:%u: %s", line, column, words);
}

static int fault(struct table *t, const struct cell *c, const char *words) {
        return fault_at(t, c->line, c->column, words);
}

/* The next byte, or -1 at the end. */
static int peek(const struct table *t) {
        return t->at.left ? t->at.at[0] : -1;
}

static int next(struct table *t) {
        int c = bytes_u8(&t->at);

        if (c == '\n') {
                t->line++;
                t->column = 1;
        } else if ((c & 0xC0) != 0x80) { /* the rest of a UTF-8 letter takes no column */
                t->column++;
        }
        return c;
}

static bool ends_line(int c) {
        return c == '\n' || c == '\r' || c < 0;
}

static int put(struct table *t, struct cell *c, int byte) {
        if (c->n == CELL - 1)
                return fault(t, c, SAY(t->l, "長すぎます", "too long"));
        if ((byte < ' ' && byte != '\t') || byte == 0x7F)
                return fault_at(t, t->line, t->column,
                                SAY(t->l, "使えない文字です", "a character that cannot be used"));
        c->text[c->n++] = (char)byte;
        return 0;
}

/* Behind the opening quote, up to and with the closing one; a doubled one stands for itself. */
static int read_quoted(struct table *t, struct cell *c) {
        int r = 0;

        (void)next(t);
        while (r == 0) {
                if (ends_line(peek(t)))
                        return fault(t, c, SAY(t->l, "引用符が閉じていません", "its quote is not closed"));
                if (peek(t) == '"') {
                        (void)next(t);
                        if (peek(t) != '"')
                                break;
                }
                r = put(t, c, peek(t));
                (void)next(t);
        }
        if (r == 0 && !ends_line(peek(t)) && peek(t) != ',')
                return fault_at(t, t->line, t->column,
                                SAY(t->l, "引用符のあとに文字があります", "something follows the quote"));
        return r;
}

static int read_plain(struct table *t, struct cell *c) {
        int r = 0;

        while (r == 0 && !ends_line(peek(t)) && peek(t) != ',') {
                if (peek(t) == '"')
                        return fault_at(t, t->line, t->column,
                                        SAY(t->l, "途中に引用符があります", "a quote in the middle"));
                r = put(t, c, peek(t));
                (void)next(t);
        }
        while (c->n && (c->text[c->n - 1] == ' ' || c->text[c->n - 1] == '\t'))
                c->n--;
        return r;
}

static int read_cell(struct table *t, struct cell *c) {
        int r;

        while (peek(t) == ' ' || peek(t) == '\t')
                (void)next(t);
        *c = (struct cell){ .line = t->line, .column = t->column };
        r = peek(t) == '"' ? read_quoted(t, c) : read_plain(t, c);
        c->text[c->n] = '\0';
        return r;
}

static int end_line(struct table *t) {
        if (peek(t) == '\r')
                (void)next(t);
        if (peek(t) == '\n')
                (void)next(t);
        else if (peek(t) >= 0)
                return fault_at(t, t->line, t->column, SAY(t->l, "行の途中に改行があります", "a stray line end"));
        return 0;
}

/* One line into t->cells; `most`: how many there may be. */
static int read_row(struct table *t, size_t most) {
        int r = 0;

        for (t->n_cells = 0; r == 0; (void)next(t)) {
                if (t->n_cells == most)
                        return fault_at(t, t->line, t->column, SAY(t->l, "列が多すぎます", "a column too many"));
                r = read_cell(t, &t->cells[t->n_cells]);
                t->n_cells++;
                if (peek(t) != ',')
                        break;
        }
        return r == 0 ? end_line(t) : r;
}

static bool is_blank(const struct table *t) {
        return t->n_cells == 1 && t->cells[0].n == 0;
}

static int read_header(struct table *t) {
        bool seen[COLUMNS] = { false };
        int r = read_row(t, COLUMNS);

        for (size_t i = 0; r == 0 && i < t->n_cells; i++) {
                enum column c = 0;

                while (c < COLUMNS && strcasecmp(names[c], t->cells[i].text) != 0)
                        c++;
                if (c == COLUMNS || seen[c])
                        return fault(t, &t->cells[i],
                                     SAY(t->l, "見出しは user,serial,secret,algorithm,digits,period から一度ずつです",
                                         "the header has user,serial,secret,algorithm,digits,period, each once"));
                t->order[i] = c;
                seen[c] = true;
        }
        t->columns = t->n_cells;
        if (r == 0 && (!seen[USER] || !seen[SECRET]))
                return fault(t, &t->cells[0],
                             SAY(t->l, "見出しに user と secret が要ります", "the header needs user and secret"));
        return r;
}

static int take_secret(struct table *t, const struct cell *c, struct seed *s) {
        int r = totp_seed(c->text, s->token.secret, &s->token.n_secret);

        s->secret_column = c->column;
        s->line = c->line;
        if (r == -ERANGE)
                return fault(t, c,
                             SAY(t->l, "秘密の値の長さが違います（16〜64バイト）", "a secret has 16 to 64 bytes"));
        return r < 0 ? fault(t, c, SAY(t->l, "base32 でも16進数でもありません", "neither base32 nor hexadecimal")) : 0;
}

static int take_user(struct table *t, const struct cell *c, struct seed *s) {
        s->user_column = c->column;
        if (!factors_name_is_fit(c->text))
                return fault(t, c, SAY(t->l, "利用者名として使えない名前です", "not fit for the name of a user"));
        memcpy(s->user, c->text, c->n + 1);
        return 0;
}

static int take_serial(struct table *t, const struct cell *c, struct seed *s) {
        if (c->n && !label_is_fit(c->text))
                return fault(t, c,
                             SAY(t->l, "製造番号が長すぎるか、使えない文字があります",
                                 "the serial is too long, or has characters that cannot be used"));
        memcpy(s->token.label, c->text, c->n + 1);
        return 0;
}

static int take_algorithm(struct table *t, const struct cell *c, struct seed *s) {
        if (c->n && !algorithm_from_name(c->text, &s->token.algorithm))
                return fault(t, c, SAY(t->l, "sha1、sha256、sha512 のどれかです", "one of sha1, sha256, sha512"));
        return 0;
}

/* Decimal digits, and only them; 0 where it is something else. */
static unsigned number(const char *text) {
        char *end;
        unsigned long value = strtoul(text, &end, 10);

        return text[0] >= '1' && text[0] <= '9' && !*end && value < 1000 ? (unsigned)value : 0;
}

static int take_digits(struct table *t, const struct cell *c, struct seed *s) {
        unsigned value = number(c->text);

        if (c->n && (value < 6 || value > 8))
                return fault(t, c, SAY(t->l, "桁数は6、7、8のどれかです", "digits are 6, 7 or 8"));
        s->token.digits = (uint8_t)(c->n ? value : s->token.digits);
        return 0;
}

static int take_period(struct table *t, const struct cell *c, struct seed *s) {
        unsigned value = number(c->text);

        if (c->n && (value < TOKEN_PERIOD_LEAST || value > TOKEN_PERIOD_MOST))
                return fault(t, c, SAY(t->l, "周期は15秒から120秒です", "a period is 15 to 120 seconds"));
        s->token.period_s = (uint16_t)(c->n ? value : s->token.period_s);
        return 0;
}

static int (*const takers[COLUMNS])(struct table *t, const struct cell *c, struct seed *s) = {
        [USER] = take_user,           [SERIAL] = take_serial, [SECRET] = take_secret,
        [ALGORITHM] = take_algorithm, [DIGITS] = take_digits, [PERIOD] = take_period,
};

/* One token twice, or two of one name, is a slip of whoever made the table. */
static int check_against_earlier(struct table *t, const struct seed *s) {
        for (size_t i = 0; i < t->seeds.n; i++) {
                const struct seed *o = &t->seeds.all[i];

                if (o->token.n_secret == s->token.n_secret
                    && secret_equal(o->token.secret, s->token.secret, s->token.n_secret))
                        return err_set(t->err, -EBADMSG, "%u:%u: %s %u", s->line, s->secret_column,
                                       SAY(t->l, "同じ秘密の値が、前にもあります。行:", "the same secret as in line"),
                                       o->line);
                if (s->token.label[0] && strcmp(o->user, s->user) == 0 && strcmp(o->token.label, s->token.label) == 0)
                        return err_set(t->err, -EBADMSG, "%u:%u: %s %u", s->line, s->user_column,
                                       SAY(t->l, "同じ人の同じ製造番号が、前にもあります。行:",
                                           "the same serial for the same person as in line"),
                                       o->line);
        }
        return 0;
}

static int add(struct table *t, const struct seed *s) {
        struct seeds *all = &t->seeds;
        int r = check_against_earlier(t, s);

        if (r < 0)
                return r;
        if (all->n == SEEDS_MOST)
                return fault_at(t, s->line, 1,
                                SAY(t->l, "一つのファイルには2000行までです", "2000 in one file at most"));
        all->all[all->n++] = *s;
        return 0;
}

static int read_seed(struct table *t) {
        struct seed s = { .token = *t->defaults };
        int r = read_row(t, t->columns);

        if (r == 0 && is_blank(t))
                return 0;
        if (r == 0 && t->n_cells < t->columns)
                r = fault(t, &t->cells[t->n_cells - 1],
                          SAY(t->l, "このあとの列がありません", "columns are missing behind"));
        for (size_t i = 0; r == 0 && i < t->columns; i++)
                r = takers[t->order[i]](t, &t->cells[i], &s);
        if (r == 0)
                r = add(t, &s);
        secret_wipe(&s, sizeof s);
        return r;
}

static int read_table(struct table *t) {
        int r = read_header(t);

        while (r == 0 && peek(t) >= 0)
                r = read_seed(t);
        if (r == 0 && t->seeds.n == 0)
                return fault_at(t, t->line, 1, SAY(t->l, "表が空です", "the table is empty"));
        return r;
}

/* A line of its own, and blank ones around it. */
static int read_one(struct table *t) {
        int r = 0;

        t->order[0] = SECRET;
        t->columns = 1;
        while (r == 0 && peek(t) >= 0)
                r = read_seed(t);
        if (r == 0 && t->seeds.n != 1)
                return fault_at(t, t->seeds.n ? t->seeds.all[1].line : 1, 1,
                                SAY(t->l, "秘密の値を一つ、または見出しのある表を書きます",
                                    "one secret, or a table with a header"));
        return r;
}

static bool has_header(struct bytes text) {
        for (size_t i = 0; i < text.left && text.at[i] != '\n'; i++)
                if (text.at[i] == ',')
                        return true;
        return false;
}

int seeds_parse(struct bytes text, const struct token *defaults, enum language l, struct seeds *ret, struct err *err) {
        struct table *t = calloc(1, sizeof *t);
        int r;

        if (!t)
                return err_set(err, -ENOMEM, "no memory");
        if (text.left >= 3 && memcmp(text.at, "\xEF\xBB\xBF", 3) == 0)
                (void)bytes_take(&text, 3); /* as spreadsheets write it */
        *t = (struct table){ .at = text, .line = 1, .column = 1, .l = l, .err = err, .defaults = defaults };
        t->seeds.all = calloc(SEEDS_MOST, sizeof *t->seeds.all);
        r = t->seeds.all ? has_header(text) ? read_table(t) : read_one(t) : err_set(err, -ENOMEM, "no memory");
        if (r == 0)
                *ret = t->seeds;
        else
                seeds_wipe(&t->seeds);
        secret_wipe(t, sizeof *t);
        free(t);
        return r;
}

void seeds_wipe(struct seeds *s) {
        if (s->all)
                secret_wipe(s->all, SEEDS_MOST * sizeof *s->all);
        free(s->all);
        *s = (struct seeds){ 0 };
}
