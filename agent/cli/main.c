/* SPDX-License-Identifier: MIT */
/* main.c — sekimori: which verb is meant, and what its command line says. */
#include "base/nearest.h"
#include "cli/help.h"
#include "cli/language.h"
#include "cli/verbs.h"

#include <locale.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

static bool is_group(const char *word) {
        for (size_t i = 0; i < n_groups; i++)
                if (strcmp(groups[i].name, word) == 0)
                        return true;
        return false;
}

/* The verb that `words` begin with, and what follows it; NULL: there is none. */
static const struct verb_row *find_verb(char **words, char ***ret_rest) {
        for (const struct verb_row *v = verbs; v < verbs + n_verbs; v++) {
                const char *first = v->group ? v->group : v->name, *second = v->group ? v->name : NULL;

                if (!words[0] || strcmp(words[0], first) != 0
                    || (second && (!words[1] || strcmp(words[1], second) != 0)))
                        continue;
                *ret_rest = words + (second ? 2 : 1);
                return v;
        }
        return NULL;
}

/* `sekimori network` is `sekimori network show`. */
static const struct verb_row *usual_verb(char **words, char ***ret_rest) {
        for (size_t i = 0; i < n_groups; i++) {
                char *both[] = { words[0], (char *)groups[i].usual, NULL }, **rest;

                if (!groups[i].usual || strcmp(groups[i].name, words[0]) != 0 || (words[1] && words[1][0] != '-'))
                        continue;
                *ret_rest = words + 1;
                return find_verb(both, &rest);
        }
        return NULL;
}

/* Suggest a near word: within `group` one of its verbs; else a word that a command line can begin with, or a verb that
 * was typed without its group. */
static int no_such_verb(const char *group, const char *typed) {
        struct nearest near = { .typed = typed };
        const char *meant_group = group;

        for (const struct verb_row *v = verbs; v < verbs + n_verbs; v++)
                if (group ? v->group && strcmp(v->group, group) == 0 : !v->group)
                        nearest_consider(&near, v->name);
        for (size_t i = 0; !group && i < n_groups; i++)
                nearest_consider(&near, groups[i].name);
        for (const struct verb_row *v = verbs; !group && v < verbs + n_verbs; v++)
                if (v->group && strcmp(v->name, typed) == 0)
                        near.found = v->name, meant_group = v->group;
        if (near.found)
                return complain(EXIT_USAGE, "「%s%s%s」というサブコマンドはありません。「%s%s%s」のことですか",
                                "no such verb '%s%s%s'; did you mean '%s%s%s'?", group ? group : "", group ? " " : "",
                                typed, meant_group ? meant_group : "", meant_group ? " " : "", near.found);
        return complain(EXIT_USAGE, "「%s%s%s」というサブコマンドはありません（sekimori help%s%s で一覧を表示します）",
                        "no such verb '%s%s%s' (sekimori help%s%s lists them)", group ? group : "", group ? " " : "",
                        typed, group ? " " : "", group ? group : "");
}

static int no_verb(char **words) {
        if (words[0][0] == '-')
                return complain(EXIT_USAGE, "「%s」の前にサブコマンドが要ります（sekimori help で一覧を表示します）",
                                "'%s' wants a verb before it (sekimori help lists them)", words[0]);
        if (!is_group(words[0]))
                return no_such_verb(NULL, words[0]);
        if (words[1] && words[1][0] != '-')
                return no_such_verb(words[0], words[1]);
        return complain(EXIT_USAGE, "%s の後にサブコマンドが要ります（sekimori help %s で一覧を表示します）",
                        "%s wants a verb behind it (sekimori help %s lists them)", words[0], words[0]);
}

/* An answer that could not be written is a failure: with a full disk behind `> FILE`, the empty file would look like
 * "no difference". */
static int with_answer(int code) {
        return (fflush(stdout) != 0 || ferror(stdout)) && code != EXIT_COULD_NOT ? complain_unwritten() : code;
}

/* Remove the options from `words`: --help ignores them. */
static void drop_options(char **words) {
        char **to = words;

        for (; *words; words++)
                if (strcmp(*words, "--lang") == 0 && words[1])
                        words++;
                else if ((*words)[0] != '-')
                        *to++ = *words;
        *to = NULL;
}

static verb help_asked;

/* `help` is no row of the table: it has no page of its own, and explains the table. */
static const struct verb_row help_row = { .name = "help",
                                          .run = help_asked,
                                          .words = "[GROUP] [VERB] [WORD]",
                                          .most = 3,
                                          .options = { OPTION_JSON, OPTION_LANG },
                                          .ja = "サブコマンドとオプションを説明する",
                                          .en = "explain verbs and their options" };

/* Print the help for the group or the verb that `words` name. */
static int sekimori_help(char **words) {
        const struct verb_row *v;
        char **rest = NULL;

        if (words[0] && strcmp(words[0], "help") == 0 && words[1])
                words++;
        v = words[0] && strcmp(words[0], "help") == 0 ? &help_row : find_verb(words, &rest);
        if (v)
                help_verb(v, v == &help_row ? words + 1 : rest);
        else if (!words[0] || (is_group(words[0]) && !words[1]))
                help_list(stdout, words[0]);
        else
                return no_verb(words);
        return with_answer(EXIT_OK);
}

static int help_asked(const struct typed *t) {
        const struct verb_row *v;
        char **rest;

        if (typed_has(t, OPTION_JSON))
                return t->n_words ? wrong_usage(&help_row) : help_json();
        v = find_verb(t->words, &rest);
        if (v && rest[0] && (rest[1] || !help_knows(v, rest[0])))
                return wrong_usage(&help_row);
        return sekimori_help(t->words);
}

static bool sekimori_has(char *const *words, const char *one) {
        for (; *words && strcmp(*words, "--") != 0; words++)
                if (strcmp(*words, one) == 0)
                        return true;
        return false;
}

/* Looked up before anything else, because errors are printed in this language. The parser checks that the value is
 * valid. */
static const char *typed_language(char *const *words) {
        for (; *words && strcmp(*words, "--") != 0; words++) {
                if (strcmp(*words, "--lang") == 0)
                        return words[1];
                if (strncmp(*words, "--lang=", 7) == 0)
                        return *words + 7;
        }
        return NULL;
}

int main(int argc, char **argv) {
        const struct verb_row *v;
        char **words = argv + 1, **rest;

        (void)setlocale(LC_CTYPE, "C.UTF-8");
        language_choose(typed_language(words));
        if (argc < 2) {
                help_list(stderr, NULL);
                return EXIT_USAGE;
        }
        if (strcmp(words[0], "--version") == 0) {
                (void)puts("sekimori " SEKIMORI_VERSION);
                return with_answer(EXIT_OK);
        }
        if (sekimori_has(words, "--help") || sekimori_has(words, "-h")) {
                drop_options(words);
                return sekimori_help(words);
        }
        if (strcmp(words[0], "help") == 0)
                return verb_call(&help_row, words + 1);
        v = find_verb(words, &rest);
        if (!v)
                v = usual_verb(words, &rest);
        return v ? with_answer(verb_call(v, rest)) : no_verb(words);
}
