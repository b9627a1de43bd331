/* SPDX-License-Identifier: MIT */
/* typed.c — see typed.h. getopt() is not used: its messages are English, and know neither our verbs nor what was meant.
 */
#include "cli/typed.h"

#include "base/nearest.h"
#include "cli/language.h"
#include "cli/verbs.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int typed_unknown(const struct verb_row *v, const char *name) {
        struct nearest near = { .typed = name };
        char behind[VERB_TEXT], text[VERB_OPTIONS][OPTION_TEXT];

        (void)verb_text(v, behind);
        for (size_t i = 0; v->options[i]; i++)
                if (options[v->options[i]].name) /* single letters are not suggested */
                        nearest_consider(&near, option_text(v->options[i], text[i]));
        return near.found
                       ? complain(EXIT_USAGE, "「%s」というオプションは %s にありません。「%s」のことですか",
                                  "'%s' is no option of %s; did you mean '%s'?", name, behind, near.found)
                       : complain(EXIT_USAGE,
                                  "「%s」というオプションは %s にありません（sekimori %s --help で一覧を表示します）",
                                  "'%s' is no option of %s (sekimori %s --help lists them)", name, behind, behind);
}

/* "ja|en" as "ja、en" or "ja, en". */
static void list_values(const char *values, const char *between, char *to, size_t size) {
        size_t have = 0;

        to[0] = '\0';
        for (const char *v = values; *v && have < size; v += strspn(v, "|")) {
                size_t n = strcspn(v, "|");

                have += (size_t)snprintf(to + have, size - have, "%s%.*s", have ? between : "", (int)n, v);
                v += n;
        }
}

static int typed_unfit(const char *values, const char *name, const char *value) {
        char each[OPTION_VALUES][OPTION_VALUE], all[OPTION_VALUES * (OPTION_VALUE + 4)];
        struct nearest near = { .typed = value };
        size_t n = 0;

        for (const char *v = values; *v && n < OPTION_VALUES; v += strcspn(v, "|"), v += *v == '|') {
                (void)snprintf(each[n], sizeof each[n], "%.*s", (int)strcspn(v, "|"), v);
                nearest_consider(&near, each[n++]);
        }
        if (near.found)
                return complain(EXIT_USAGE, "「%s」は %s に使えない値です。「%s」のことですか",
                                "'%s' is no value of %s; did you mean '%s'?", value, name, near.found);
        list_values(values, SAY(language_now(), "、", ", "), all, sizeof all);
        return complain(EXIT_USAGE, "「%s」は %s に使えない値です（%s のどれか）", "'%s' is no value of %s (one of %s)",
                        value, name, all);
}

static bool is_among(const char *values, const char *value) {
        size_t size = strlen(value);

        for (const char *v = values; *v; v += strcspn(v, "|"), v += *v == '|')
                if (strcspn(v, "|") == size && strncmp(v, value, size) == 0)
                        return true;
        return false;
}

static int typed_take(struct typed *t, enum option_id id, const char *value) {
        const struct option_row *o = &options[id];
        char name[OPTION_TEXT];

        if (o->value && !value)
                return complain(EXIT_USAGE, "%s には値（%s）が要ります", "%s wants a value (%s)", option_text(id, name),
                                o->values ? o->values : o->value);
        if (!o->value && value)
                return complain(EXIT_USAGE, "%s に値（%s）は付けられません", "%s takes no value (%s)",
                                option_text(id, name), value);
        if (o->values && !is_among(o->values, value))
                return typed_unfit(o->values, option_text(id, name), value);
        t->value[id] = value ? value : "";
        t->all[t->n_all].id = id;
        t->all[t->n_all++].value = t->value[id];
        return EXIT_OK;
}

/* "--name", "--name=value", "-n" or "-nvalue", of this verb: *ret_value is what follows in the same argument. */
static enum option_id typed_find(const struct verb_row *v, const char *argument, const char **ret_value) {
        const char *name = argument + 1 + (argument[1] == '-'), *equals = strchr(name, '=');
        bool is_long = argument[1] == '-';
        size_t n = equals && is_long ? (size_t)(equals - name) : strlen(name);

        *ret_value = NULL;
        for (const enum option_id *o = v->options; *o; o++) {
                const struct option_row *row = &options[*o];

                if (is_long && row->name && strlen(row->name) == n && strncmp(row->name, name, n) == 0) {
                        *ret_value = equals ? equals + 1 : NULL;
                        return *o;
                }
                if (!is_long && row->letter && row->letter == name[0]) {
                        *ret_value = name[1] ? name + 1 : NULL;
                        return *o;
                }
        }
        return OPTION_NONE;
}

/* Returns how many arguments it took, or 0 where it has complained. */
static int take_option(struct typed *t, char *const *argv) {
        const char *value, *name = *argv;
        enum option_id id = typed_find(t->verb, name, &value);
        char typed[64];
        bool apart;

        if (id == OPTION_NONE) {
                (void)snprintf(typed, sizeof typed, "%.*s", (int)strcspn(name, "="), name);
                (void)typed_unknown(t->verb, typed);
                return 0;
        }
        apart = options[id].value && !value && argv[1];
        if (typed_take(t, id, apart ? argv[1] : value) != EXIT_OK)
                return 0;
        return apart ? 2 : 1;
}

static bool has_word(const struct typed *t, const char *word) {
        for (size_t i = 0; i < t->n_words; i++)
                if (strcmp(t->words[i], word) == 0)
                        return true;
        return false;
}

static int typed_check(const struct typed *t) {
        char name[OPTION_TEXT], behind[VERB_TEXT];

        (void)verb_text(t->verb, behind);
        if (t->n_words < t->verb->least || t->n_words > t->verb->most)
                return wrong_usage(t->verb);
        for (const enum option_id *o = t->verb->options; *o; o++) {
                const struct option_row *row = &options[*o];

                if (row->needed && !typed_has(t, *o))
                        return complain(EXIT_USAGE, "%s %s が足りません（sekimori %s --help）",
                                        "%s %s is missing (sekimori %s --help)", option_text(*o, name), row->value,
                                        behind);
                if (row->with && typed_has(t, *o) && !has_word(t, row->with))
                        return complain(EXIT_USAGE, "%s は %s と一緒に使います（sekimori %s %s --help）",
                                        "%s goes with %s (sekimori %s %s --help)", option_text(*o, name), row->with,
                                        behind, row->with);
        }
        return EXIT_OK;
}

static void take_usual(struct typed *t) {
        for (const enum option_id *o = t->verb->options; *o; o++)
                if (!t->value[*o])
                        t->value[*o] = options[*o].usual;
}

int typed_parse(const struct verb_row *v, char **argv, struct typed *ret) {
        size_t n = 0;
        bool only_words = false;
        int code;

        while (argv[n])
                n++;
        *ret = (struct typed){ .verb = v,
                               .all = calloc(n + 1, sizeof *ret->all),
                               .words = calloc(n + 1, sizeof *ret->words) };
        if (!ret->all || !ret->words)
                return complain_memory();
        for (char **a = argv; *a;) {
                int taken = 1;

                if (!only_words && strcmp(*a, "--") == 0)
                        only_words = true;
                else if (!only_words && a[0][0] == '-' && a[0][1])
                        taken = take_option(ret, a);
                else
                        ret->words[ret->n_words++] = *a;
                if (taken == 0)
                        return EXIT_USAGE;
                a += taken;
        }
        code = typed_check(ret);
        take_usual(ret);
        return code;
}

int typed_word(const struct typed *t, size_t at, const char *values) {
        char behind[VERB_TEXT];

        if (at >= t->n_words || is_among(values, t->words[at]))
                return EXIT_OK;
        return typed_unfit(values, verb_text(t->verb, behind), t->words[at]);
}

int typed_number(const struct typed *t, enum option_id id, uint64_t least, uint64_t most, uint64_t *ret) {
        const char *text = t->value[id];
        char name[OPTION_TEXT], *end;
        unsigned long long n;

        if (!text)
                return EXIT_OK;
        errno = 0;
        n = strtoull(text, &end, 10);
        if (text[0] < '0' || *end || errno || n < least || n > most)
                return complain(EXIT_USAGE, "%s には %llu から %llu までの数を書きます（「%s」は使えません）",
                                "%s wants a number from %llu to %llu, not '%s'", option_text(id, name),
                                (unsigned long long)least, (unsigned long long)most, text);
        *ret = n;
        return EXIT_OK;
}

void typed_deinit(struct typed *t) {
        free(t->all);
        free(t->words);
}
