/* SPDX-License-Identifier: MIT */
/* verb_usage.c — how a verb is typed, from its row: see verbs.h. Knows no table of them. */
#include "base/cleanup.h"
#include "cli/verbs.h"

#include <stdio.h>
#include <string.h>

const char *verb_text(const struct verb_row *v, char to[VERB_TEXT]) {
        (void)snprintf(to, VERB_TEXT, "%s%s%s", v->group ? v->group : "", v->group ? " " : "", v->name);
        return to;
}

bool verb_takes(const struct verb_row *v, enum option_id id) {
        for (const enum option_id *o = v->options; *o; o++)
                if (*o == id)
                        return true;
        return false;
}

static void put_option(FILE *to, const struct option_row *o) {
        (void)fprintf(to, o->needed ? " " : " [");
        if (o->letter)
                (void)fprintf(to, "-%c", o->letter);
        else
                (void)fprintf(to, "--%s", o->name);
        if (o->value)
                (void)fprintf(to, " %s", o->values && strlen(o->values) <= 20 ? o->values : o->value);
        (void)fprintf(to, "%s%s", o->needed ? "" : "]", o->many ? "..." : "");
}

/* An option that the words show already is not shown again. */
char *verb_usage(const struct verb_row *v) {
        auto_free char *text = NULL;
        char name[OPTION_TEXT];
        size_t size;
        FILE *to = open_memstream(&text, &size);

        if (!to)
                return NULL;
        (void)fprintf(to, "%s%s", *v->words ? " " : "", v->words);
        for (const enum option_id *o = v->options; *o; o++)
                if (!strstr(v->words, option_text(*o, name)))
                        put_option(to, &options[*o]);
        return fclose(to) == 0 ? TAKE(text) : NULL;
}

int wrong_usage(const struct verb_row *v) {
        auto_free char *usage = verb_usage(v);
        char name[VERB_TEXT];

        return complain(EXIT_USAGE, "使い方: sekimori %s%s", "usage: sekimori %s%s", verb_text(v, name),
                        usage ? usage : "");
}
