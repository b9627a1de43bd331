/* SPDX-License-Identifier: MIT */
/* help.c — prints the tables `verbs`, `groups` and `options`, as text or as JSON. See help.h. */
#include "cli/help.h"

#include "base/cleanup.h"
#include "cli/language.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

static void put_codes(FILE *to, const char *page) {
        (void)fprintf(
                to,
                SAY(language_now(),
                    "\n終了コード: 0 はい・できた、1 いいえ・拒否、2 書き方の誤り、3 できなかった、4 出所未確認（audit verify）。"
                    "詳しくは sekimori%s(8)（man sekimori%s）\n",
                    "\nExit codes: 0 yes, 1 no, 2 usage, 3 could not do it, 4 origin unproven (audit verify). "
                    "See sekimori%s(8) (man sekimori%s).\n"),
                page, page);
}

static bool is_group(const struct verb_row *v, const char *group) {
        return v->group && strcmp(v->group, group) == 0;
}

void help_list(FILE *to, const char *group) {
        enum language l = language_now();
        char name[VERB_TEXT], page[VERB_TEXT] = "";

        (void)fprintf(to, SAY(l, "使い方: sekimori %s ...\n", "usage: sekimori %s ...\n"),
                      group ? group : SAY(l, "サブコマンド", "VERB"));
        for (size_t i = 0; group && i < n_groups; i++)
                if (strcmp(groups[i].name, group) == 0)
                        (void)fprintf(to, "\n%s\n", SAY(l, groups[i].ja, groups[i].en));
        (void)fputc('\n', to);
        for (const struct verb_row *v = verbs; v < verbs + n_verbs; v++) {
                auto_free char *usage = verb_usage(v);

                if (!group || is_group(v, group))
                        (void)fprintf(to, "  %s%s\n        %s\n", verb_text(v, name), usage ? usage : "",
                                      SAY(l, v->ja, v->en));
        }
        if (group)
                (void)snprintf(page, sizeof page, "-%s", group);
        put_codes(to, page);
}

/* "(totp|card) [NUMBER]" has totp and card. */
static bool is_alternative(const char *words, const char *word) {
        static const char between[] = " ()[]|";

        for (const char *w = words; *w; w += strspn(w, between)) {
                size_t n = strcspn(w, between);

                if (n == strlen(word) && strncmp(w, word, n) == 0)
                        return true;
                w += n;
        }
        return false;
}

static bool has_options_with(const struct verb_row *v, const char *word) {
        for (const enum option_id *o = v->options; *o; o++)
                if (options[*o].with && strcmp(options[*o].with, word) == 0)
                        return true;
        return false;
}

bool help_knows(const struct verb_row *v, const char *word) {
        return has_options_with(v, word) || is_alternative(v->words, word);
}

/* The word among those typed that some options of the verb go with; NULL: none of them. */
static const char *word_with_options(const struct verb_row *v, char *const *words) {
        while (*words && !has_options_with(v, *words))
                words++;
        return *words;
}

static void put_option(const struct option_row *o, const char *word) {
        enum language l = language_now();

        (void)fputs("  ", stdout);
        if (o->letter)
                (void)printf("-%c%s", o->letter, o->name ? ", " : "");
        if (o->name)
                (void)printf("--%s", o->name);
        (void)printf("%s%s%s\n        %s", o->value ? " " : "", o->value ? o->value : "", o->many ? "..." : "",
                     SAY(l, o->ja, o->en));
        if (o->with && !word)
                (void)printf(SAY(l, "（%s で）", " (With %s.)"), o->with);
        if (o->values)
                (void)printf(SAY(l, "（%s）", " (%s)"), o->values);
        if (o->usual)
                (void)printf(SAY(l, "（指定しなければ %s）", " (Default: %s.)"), o->usual);
        (void)putchar('\n');
}

void help_verb(const struct verb_row *v, char *const *words) {
        auto_free char *usage = verb_usage(v);
        const char *word = word_with_options(v, words);
        enum language l = language_now();
        char name[VERB_TEXT], page[VERB_TEXT] = "";

        (void)printf(SAY(l, "使い方: sekimori %s%s\n\n%s\n\n", "usage: sekimori %s%s\n\n%s\n\n"), verb_text(v, name),
                     usage ? usage : "", SAY(l, v->ja, v->en));
        for (const enum option_id *o = v->options; *o; o++)
                if (!word || !options[*o].with || strcmp(options[*o].with, word) == 0)
                        put_option(&options[*o], word);
        if (v >= verbs && v < verbs + n_verbs) /* `help` itself has no page of its own */
                (void)snprintf(page, sizeof page, "-%s", v->group ? v->group : v->name);
        put_codes(stdout, page);
}

static json_t *option_json(const struct option_row *o) {
        char letter[2] = { o->letter, '\0' };

        return json_pack("{s:s*, s:s*, s:b, s:b, s:s*, s:s*, s:s*, s:s*, s:s, s:s}", "name", o->name, "letter",
                         o->letter ? letter : NULL, "needed", o->needed, "many", o->many, "value", o->value, "values",
                         o->values, "usual", o->usual, "with", o->with, "ja", o->ja, "en", o->en);
}

static json_t *verb_json(const struct verb_row *v) {
        auto_free char *usage = verb_usage(v);
        json_t *list = json_array();

        for (const enum option_id *o = v->options; *o; o++)
                (void)json_array_append_new(list, option_json(&options[*o]));
        return json_pack("{s:s*, s:s, s:s, s:s, s:o, s:s, s:s}", "group", v->group, "name", v->name, "words", v->words,
                         "usage", usage ? usage : "", "options", list, "ja", v->ja, "en", v->en);
}

int help_json(void) {
        json_t *all = json_array();
        int r;

        for (const struct verb_row *v = verbs; v < verbs + n_verbs; v++)
                (void)json_array_append_new(all, verb_json(v));
        r = json_dumpf(all, stdout, JSON_INDENT(1) | JSON_PRESERVE_ORDER);
        json_decref(all);
        return r < 0 || putchar('\n') == EOF || fflush(stdout) != 0 ? complain_unwritten() : EXIT_OK;
}
