/* SPDX-License-Identifier: MIT */
/* load.c — see load.h. libcyaml says what is wrong in one log line and then, innermost first, where: the line and
 * column of each mapping and sequence around it. */
#include "load.h"

#include "quote.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PLACES 2

struct complaint {
        char what[256];
        struct place places[PLACES]; /* innermost first */
        unsigned n_places;
};

static bool place_in(const char *line, struct place *ret) {
        const char *at = strstr(line, "(line: ");

        return at && sscanf(at, "(line: %u, column: %u)", &ret->line, &ret->column) == 2;
}

static void listen(cyaml_log_t level, void *ctx, const char *format, va_list ap) {
        struct complaint *c = ctx;
        char line[1024];
        struct place at;

        (void)level;
        (void)vsnprintf(line, sizeof line, format, ap);
        line[strcspn(line, "\n")] = '\0';
        if (line[0] == ' ' && c->n_places < PLACES && place_in(line, &at))
                c->places[c->n_places++] = at;
        else if (!c->what[0] && strcmp(line, "Load: Backtrace:") != 0)
                (void)snprintf(c->what, sizeof c->what, "%.255s", line);
}

/* libcyaml's words, ours, and how far out from the innermost place the trouble is. */
static const struct wording {
        const char *theirs, *ours;
        unsigned out;
        bool quoted, key;
} wordings[] = {
        { "Load: Unexpected key: ", "unknown key ", 0, true, true },
        { "Load: Invalid ENUM value: ", "unknown value ", 0, true, false },
        { "Load: Missing required mapping field: ", "missing key ", 1, true, false },
        { "Load: STRING length < ", "the text is empty", 0, false, false },
        { "Load: STRING length > ", "the text is too long", 0, false, false },
        { "Load: Insufficient entries ", "the list is empty", 1, false, false },
        { "Load: Excessive entries ", "the list is too long", 0, false, false },
        { "Load: Expecting MAPPING", "here belongs a mapping", 0, false, false },
        { "Load: Expecting SEQUENCE", "here belongs a list", 0, false, false },
        { "Load: Expecting STRING", "here belongs a text", 0, false, false },
        { "Load: Expecting ENUM", "here belongs a word", 0, false, false },
};

static struct place place_out(const struct complaint *c, unsigned out) {
        return out < c->n_places ? c->places[out] : (struct place){ 1, 1 };
}

static int complaint_say(const struct complaint *c, const struct outline *o, struct err *err) {
        for (size_t i = 0; i < sizeof wordings / sizeof *wordings; i++) {
                const struct wording *w = &wordings[i];
                size_t n = strlen(w->theirs);
                struct place at = place_out(c, w->out);

                if (strncmp(c->what, w->theirs, n) != 0)
                        continue;
                if (w->key)
                        at = outline_key_after(o, at, c->what + n);
                return refuse_at(err, at, "%s%s", w->ours, w->quoted ? quote(c->what + n).text : "");
        }
        return refuse_at(err, place_out(c, 0), "%s", quote(c->what).text);
}

/* libcyaml grows a list by one element at a time; in powers of two that stays linear. */
static void *mem(void *ctx, void *p, size_t size) {
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
        return (cyaml_config_t){ .log_fn = c ? listen : NULL,
                                 .log_ctx = c,
                                 .mem_fn = mem,
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
                return err_set(err, -ENOMEM, "policy: out of memory");
        if (r != CYAML_OK)
                return complaint_say(&c, o, err);
        if (!data)
                return refuse_at(err, (struct place){ 1, 1 }, "the policy is empty");
        *ret = data;
        return 0;
}

void schema_free(const cyaml_schema_value_t *schema, void *data) {
        cyaml_config_t config = config_with(NULL);

        if (data)
                (void)cyaml_free(&config, schema, data, 0);
}
