/* SPDX-License-Identifier: MIT */
/* load.c — see load.h. libcyaml says what is wrong in one log line and then, innermost first, where: the line and
 * column of each mapping and sequence around it. */
#include "language/load.h"

#include "base/choice.h"
#include "base/quote.h"
#include "language/typing.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define STEPS (2 * OUTLINE_DEPTH)
#define CHOICES 32
#define COUNT(a) (sizeof(a) / sizeof *(a))

/* One line of libcyaml's backtrace: the place, and the field of the mapping there (else an item of a list, or the list
 * or mapping as such). */
struct step {
        struct place at;
        char field[32];
        bool item;
};

struct complaint {
        char what[256];
        struct step steps[STEPS]; /* innermost first */
        unsigned n_steps;
};

static bool step_in(const char *line, struct step *ret) {
        const char *at = strstr(line, "(line: ");

        if (!at || sscanf(at, "(line: %u, column: %u)", &ret->at.line, &ret->at.column) != 2)
                return false;
        ret->item = strncmp(line, "  in sequence entry", strlen("  in sequence entry")) == 0;
        ret->field[0] = '\0';
        (void)sscanf(line, "  in mapping field '%31[^']'", ret->field);
        return true;
}

static void load_listen(cyaml_log_t level, void *ctx, const char *format, va_list ap) {
        struct complaint *c = ctx;
        char line[1024];
        struct step step;

        (void)level;
        (void)vsnprintf(line, sizeof line, format, ap);
        line[strcspn(line, "\n")] = '\0';
        if (line[0] == ' ' && c->n_steps < STEPS && step_in(line, &step))
                c->steps[c->n_steps++] = step;
        else if (!c->what[0] && strcmp(line, "Load: Backtrace:") != 0)
                (void)snprintf(c->what, sizeof c->what, "%.255s", line);
}

static const cyaml_schema_value_t *field_of(const cyaml_schema_value_t *v, const char *key) {
        for (const cyaml_schema_field_t *f = v->mapping.fields; f->key; f++)
                if (strcmp(f->key, key) == 0)
                        return &f->value;
        return NULL;
}

/* The schema of the innermost place; NULL where the schema has no such place. */
static const cyaml_schema_value_t *schema_at(const struct complaint *c, const cyaml_schema_value_t *v) {
        for (unsigned i = c->n_steps; i-- > 0 && v;) {
                const struct step *s = &c->steps[i];

                if (s->field[0])
                        v = v->type == CYAML_MAPPING ? field_of(v, s->field) : NULL;
                else if (s->item)
                        v = v->type == CYAML_SEQUENCE ? v->sequence.entry : NULL;
        }
        return v;
}

/* The words that may stand there: keys of a mapping, values of an enumeration. */
static size_t choices_of(const cyaml_schema_value_t *v, const char *ret[CHOICES]) {
        size_t n = 0;

        if (v && v->type == CYAML_MAPPING)
                for (const cyaml_schema_field_t *f = v->mapping.fields; f->key && n < CHOICES; f++)
                        ret[n++] = f->key;
        if (v && v->type == CYAML_ENUM)
                for (uint32_t i = 0; i < v->enumeration.count && n < CHOICES; i++)
                        ret[n++] = v->enumeration.strings[i].str;
        return n;
}

/* libcyaml's message, ours (with the value that stood there, where libcyaml gives it), and how many steps outside the
 * innermost place the fault is. */
static const struct wording {
        const char *theirs;
        struct phrase ours;
        unsigned out;
        enum { PLAIN, MISSING, KEY, VALUE, SHAPE } kind;
} wordings[] = {
        { "Load: Unexpected key: ", { "という項目はありません", "unknown key" }, 0, KEY },
        { "Load: Invalid ENUM value: ", { "は使えない値です", "unknown value" }, 0, VALUE },
        { "Load: Missing required mapping field: ", { "という項目が要ります", "missing key" }, 1, MISSING },
        { "Load: STRING length < ", { "値が空です", "the text is empty" }, 0, PLAIN },
        { "Load: STRING length > ", { "値が長すぎます", "the text is too long" }, 0, PLAIN },
        { "Load: Insufficient entries ", { "一覧が空です", "the list is empty" }, 1, PLAIN },
        { "Load: Excessive entries ", { "一覧が長すぎます", "the list is too long" }, 0, PLAIN },
        { "Load: Expecting MAPPING", { "ここには「項目: 値」の並びを書きます", "here belongs a mapping" }, 0, SHAPE },
        { "Load: Expecting SEQUENCE",
          { "ここには一覧（[a, b] か、- で始まる行）を書きます", "here belongs a list" },
          0,
          SHAPE },
        { "Load: Expecting STRING", { "ここには値を一つ書きます", "here belongs a text" }, 0, SHAPE },
        { "Load: Expecting ENUM", { "ここには決まった語を一つ書きます", "here belongs a word" }, 0, SHAPE },
};

static struct place place_out(const struct complaint *c, unsigned out) {
        return out < c->n_steps ? c->steps[out].at : (struct place){ 1, 1 };
}

struct look {
        struct bytes text;
        const struct outline *outline;
        const cyaml_schema_value_t *schema;
};

static int word_refuse(const struct complaint *c, const struct wording *w, const struct look *l, struct place at,
                       struct err *err) {
        const char *typed = c->what + strlen(w->theirs), *choices[CHOICES];
        size_t n = choices_of(schema_at(c, l->schema), choices);
        int r = refuse_at(err, at, "「%1$s」%2$s%3$.0s", "%3$s '%1$s'%2$.0s", shown(typed).text, PHRASE(&w->ours));

        if (w->kind == KEY)
                choice_suggest(err, typed, choices, n);
        if (w->kind == VALUE)
                choice_say(err, typed, choices, n);
        return misfit_hint(err, r, typed);
}

static int complaint_say(const struct complaint *c, const struct look *l, struct err *err) {
        for (size_t i = 0; i < COUNT(wordings); i++) {
                const struct wording *w = &wordings[i];
                struct place at = place_out(c, w->out);
                struct misfit m;

                if (strncmp(c->what, w->theirs, strlen(w->theirs)) != 0)
                        continue;
                if (w->kind == KEY)
                        at = outline_key_after(l->outline, at, c->what + strlen(w->theirs));
                if (w->kind == SHAPE && misfit_in_lines(l->text, at.line, at.line, &m))
                        return misfit_refuse(err, &m);
                return w->kind == PLAIN || w->kind == SHAPE ? refuse_at(err, at, IN_JA, IN_EN, PHRASE(&w->ours))
                                                            : word_refuse(c, w, l, at, err);
        }
        return refuse_at(err, place_out(c, 0), "「%s」", "'%s'", shown(c->what).text);
}

/* libcyaml grows a list by one element at a time; rounding up to powers of two keeps that linear. */
static void *load_mem(void *ctx, void *p, size_t size) {
        size_t rounded = 16;

        (void)ctx;
        if (size == 0) {
                free(p);
                return NULL;
        }
        while (rounded < size)
                rounded *= 2;
        return realloc(p, rounded);
}

static cyaml_config_t config_with(struct complaint *c) {
        return (cyaml_config_t){ .log_fn = c ? load_listen : NULL,
                                 .log_ctx = c,
                                 .mem_fn = load_mem,
                                 .log_level = CYAML_LOG_ERROR,
                                 .flags = CYAML_CFG_NO_ALIAS };
}

int schema_load(struct bytes text, const struct outline *o, const cyaml_schema_value_t *schema, void **ret,
                struct err *err) {
        struct complaint c = { 0 };
        cyaml_config_t config = config_with(&c);
        cyaml_data_t *data = NULL;
        cyaml_err_t r = cyaml_load_data(text.at, text.left, &config, schema, &data, NULL);

        if (r == CYAML_ERR_OOM)
                return refuse_memory(err);
        if (r != CYAML_OK)
                return complaint_say(&c, &(struct look){ text, o, schema }, err);
        if (!data)
                return refuse_at(err, (struct place){ 1, 1 }, "ポリシーが空です", "the policy is empty");
        *ret = data;
        return 0;
}

void schema_free(const cyaml_schema_value_t *schema, void *data) {
        cyaml_config_t config = config_with(NULL);

        if (data)
                (void)cyaml_free(&config, schema, data, 0);
}
