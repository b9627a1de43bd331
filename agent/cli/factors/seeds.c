/* SPDX-License-Identifier: MIT */
/* seeds.c — see seeds.h. Strict: what is not understood is an error with its place, never skipped. */
#include "cli/factors/seeds.h"

#include "auth/totp.h"
#include "base/secret.h"
#include "text/csv.h"
#include "control/token.h"

#include <errno.h>
#include <stdlib.h>
#include <strings.h>

enum seeds_column { USER, SERIAL, SECRET, ALGORITHM, DIGITS, PERIOD, COLUMNS };
static const char *const names[COLUMNS] = { "user", "serial", "secret", "algorithm", "digits", "period" };

struct seeds_table {
        struct csv csv;
        enum language l;
        struct err *err;
        enum seeds_column order[COLUMNS]; /* what stands in each column */
        size_t columns;
        struct csv_cell cells[COLUMNS]; /* of the row last read */
        size_t n_cells;
        const struct token *defaults;
        struct seeds seeds;
};

static int seeds_fault(struct seeds_table *t, const struct csv_cell *c, const char *words) {
        return csv_cell_fault(&t->csv, c, words);
}

/* One line into t->cells; `most`: how many there may be. */
static int read_row(struct seeds_table *t, size_t most) {
        return csv_row(&t->csv, t->cells, most, &t->n_cells);
}

static bool is_blank(const struct seeds_table *t) {
        return t->n_cells == 1 && t->cells[0].n == 0;
}

static int read_header(struct seeds_table *t) {
        bool seen[COLUMNS] = { false };
        int r = read_row(t, COLUMNS);

        for (size_t i = 0; r == 0 && i < t->n_cells; i++) {
                enum seeds_column c = 0;

                while (c < COLUMNS && strcasecmp(names[c], t->cells[i].text) != 0)
                        c++;
                if (c == COLUMNS || seen[c])
                        return seeds_fault(t, &t->cells[i],
                                           SAY(t->l,
                                               "見出しは user,serial,secret,algorithm,digits,period から一度ずつです",
                                               "the header has user,serial,secret,algorithm,digits,period, each once"));
                t->order[i] = c;
                seen[c] = true;
        }
        t->columns = t->n_cells;
        if (r == 0 && (!seen[USER] || !seen[SECRET]))
                return seeds_fault(t, &t->cells[0],
                                   SAY(t->l, "見出しに user と secret が要ります", "the header needs user and secret"));
        return r;
}

static int take_secret(struct seeds_table *t, const struct csv_cell *c, struct seed *s) {
        int r = totp_seed(c->text, s->token.secret, &s->token.n_secret);

        s->secret_column = c->column;
        s->line = c->line;
        if (r == -ERANGE)
                return seeds_fault(
                        t, c, SAY(t->l, "秘密の値の長さが違います（16〜64バイト）", "a secret has 16 to 64 bytes"));
        return r < 0 ? seeds_fault(t, c, SAY(t->l, "base32 でも16進数でもありません", "neither base32 nor hexadecimal"))
                     : 0;
}

static int take_user(struct seeds_table *t, const struct csv_cell *c, struct seed *s) {
        s->user_column = c->column;
        if (!factors_name_is_fit(c->text))
                return seeds_fault(t, c, SAY(t->l, "利用者名として使えない名前です", "not fit for the name of a user"));
        memcpy(s->user, c->text, c->n + 1);
        return 0;
}

static int take_serial(struct seeds_table *t, const struct csv_cell *c, struct seed *s) {
        if (c->n && !label_is_fit(c->text))
                return seeds_fault(t, c,
                                   SAY(t->l, "製造番号が長すぎるか、使えない文字があります",
                                       "the serial is too long, or has characters that cannot be used"));
        memcpy(s->token.label, c->text, c->n + 1);
        return 0;
}

static int take_algorithm(struct seeds_table *t, const struct csv_cell *c, struct seed *s) {
        if (c->n && !algorithm_from_name(c->text, &s->token.algorithm))
                return seeds_fault(t, c, SAY(t->l, "sha1、sha256、sha512 のどれかです", "one of sha1, sha256, sha512"));
        return 0;
}

/* Decimal digits, and only them; 0 where it is something else. */
static unsigned seeds_number(const char *text) {
        char *end;
        unsigned long value = strtoul(text, &end, 10);

        return text[0] >= '1' && text[0] <= '9' && !*end && value < 1000 ? (unsigned)value : 0;
}

static int take_digits(struct seeds_table *t, const struct csv_cell *c, struct seed *s) {
        unsigned value = seeds_number(c->text);

        if (c->n && (value < 6 || value > 8))
                return seeds_fault(t, c, SAY(t->l, "桁数は6、7、8のどれかです", "digits are 6, 7 or 8"));
        s->token.digits = (uint8_t)(c->n ? value : s->token.digits);
        return 0;
}

static int take_period(struct seeds_table *t, const struct csv_cell *c, struct seed *s) {
        unsigned value = seeds_number(c->text);

        if (c->n && (value < TOKEN_PERIOD_LEAST || value > TOKEN_PERIOD_MAX))
                return seeds_fault(t, c, SAY(t->l, "周期は15秒から120秒です", "a period is 15 to 120 seconds"));
        s->token.period_s = (uint16_t)(c->n ? value : s->token.period_s);
        return 0;
}

static int (*const takers[COLUMNS])(struct seeds_table *t, const struct csv_cell *c, struct seed *s) = {
        [USER] = take_user,           [SERIAL] = take_serial, [SECRET] = take_secret,
        [ALGORITHM] = take_algorithm, [DIGITS] = take_digits, [PERIOD] = take_period,
};

/* The same secret twice, or the same serial twice for one person, is a mistake in the table. */
static int check_against_earlier(struct seeds_table *t, const struct seed *s) {
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

static int seeds_add(struct seeds_table *t, const struct seed *s) {
        struct seeds *all = &t->seeds;
        int r = check_against_earlier(t, s);

        if (r < 0)
                return r;
        if (all->n == SEEDS_MAX)
                return csv_fault(&t->csv, s->line, 1,
                                 SAY(t->l, "一つのファイルには2000行までです", "2000 in one file at most"));
        all->all[all->n++] = *s;
        return 0;
}

static int read_seed(struct seeds_table *t) {
        struct seed s = { .token = *t->defaults };
        int r = read_row(t, t->columns);

        if (r == 0 && is_blank(t))
                return 0;
        if (r == 0 && t->n_cells < t->columns)
                r = seeds_fault(t, &t->cells[t->n_cells - 1],
                                SAY(t->l, "このあとの列がありません", "columns are missing behind"));
        for (size_t i = 0; r == 0 && i < t->columns; i++)
                r = takers[t->order[i]](t, &t->cells[i], &s);
        if (r == 0)
                r = seeds_add(t, &s);
        secret_wipe(&s, sizeof s);
        return r;
}

static int read_table(struct seeds_table *t) {
        int r = read_header(t);

        while (r == 0 && !csv_ended(&t->csv))
                r = read_seed(t);
        if (r == 0 && t->seeds.n == 0)
                return csv_fault(&t->csv, t->csv.line, 1, SAY(t->l, "表が空です", "the table is empty"));
        return r;
}

/* One secret on a line of its own; blank lines may be around it. */
static int read_one(struct seeds_table *t) {
        int r = 0;

        t->order[0] = SECRET;
        t->columns = 1;
        while (r == 0 && !csv_ended(&t->csv))
                r = read_seed(t);
        if (r == 0 && t->seeds.n != 1)
                return csv_fault(&t->csv, t->seeds.n ? t->seeds.all[1].line : 1, 1,
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
        struct seeds_table *t = calloc(1, sizeof *t);
        int r;

        if (!t)
                return err_say(err, -ENOMEM, "メモリーが足りません", "no memory");
        *t = (struct seeds_table){ .l = l, .err = err, .defaults = defaults };
        csv_begin(&t->csv, text, l, err);
        t->seeds.all = calloc(SEEDS_MAX, sizeof *t->seeds.all);
        r = t->seeds.all ? has_header(text) ? read_table(t) : read_one(t)
                         : err_say(err, -ENOMEM, "メモリーが足りません", "no memory");
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
                secret_wipe(s->all, SEEDS_MAX * sizeof *s->all);
        free(s->all);
        *s = (struct seeds){ 0 };
}
