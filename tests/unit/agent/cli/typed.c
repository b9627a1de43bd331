/* SPDX-License-Identifier: MIT */
/* How people type: each form of an option comes to the same, and what cannot be meant is said in one line, with what
 * may have been. */
#include "cli/typed.h"

#include "base/cleanup.h"
#include "cli/language.h"
#include "cli/verbs.h"

#include <criterion/criterion.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define MOST 12

/* Of no verb that there is: a flag, one of few values, two with a letter, one that counts each time, one that may be
 * usual, and two that go with a word. */
static const struct verb_row verb_any = { .group = "test",
                                          .name = "any",
                                          .words = "[WORD]...",
                                          .most = 3,
                                          .options = { OPTION_JSON, OPTION_LANG, OPTION_LAST, OPTION_OUTPUT,
                                                       OPTION_NAME, OPTION_RUNTIME_DIR, OPTION_CODE, OPTION_REPLACE } };
static const struct verb_row verb_strict = {
        .name = "strict", .words = "FILE", .least = 1, .most = 1, .options = { OPTION_CERT, OPTION_JSON }
};

static struct typed t;
static const struct verb_row *verb_now;
static char *argv[MOST + 1], said[1024];

/* What it complains of goes to `said`, without "sekimori: " and the line's end. */
static int heard(int (*what)(void)) {
        auto_fd to = memfd_create("stderr", MFD_CLOEXEC), before = dup(STDERR_FILENO);
        char text[sizeof said + 16] = "", *begins = text;
        ssize_t n;
        int code;

        (void)fflush(stderr);
        cr_assert(to >= 0 && before >= 0 && dup2(to, STDERR_FILENO) >= 0);
        code = what();
        (void)fflush(stderr);
        (void)dup2(before, STDERR_FILENO);
        n = pread(to, text, sizeof text - 1, 0);
        cr_assert(n == 0 || (n > 0 && text[n - 1] == '\n' && strcspn(text, "\n") == (size_t)n - 1), "one line: %s",
                  text);
        if (strncmp(text, "sekimori: ", 10) == 0)
                begins += 10;
        (void)snprintf(said, sizeof said, "%.*s", (int)strcspn(begins, "\n"), begins);
        cr_expect_eq(code == EXIT_OK, !*said, "%d: %s", code, said);
        return code;
}

static int parse_now(void) {
        return typed_parse(verb_now, argv, &t);
}

/* Words between blanks; `_` is the empty one. */
static int parse(const struct verb_row *v, const char *line) {
        static char words[256];
        char *rest = NULL;
        size_t n = 0;

        (void)snprintf(words, sizeof words, "%s", line);
        for (char *w = strtok_r(words, " ", &rest); w && n < MOST; w = strtok_r(NULL, " ", &rest))
                argv[n++] = strcmp(w, "_") == 0 ? (char *)"" : w;
        argv[n] = NULL;
        verb_now = v;
        typed_deinit(&t);
        return heard(parse_now);
}

static void drop(void) {
        typed_deinit(&t);
}

TestSuite(typed_parse, .fini = drop, .timeout = 5);

Test(typed_parse, each_form_comes_to_the_same) {
        static const struct {
                const char *line;
                enum option_id id;
                const char *value;
        } forms[] = {
                { "--lang ja", OPTION_LANG, "ja" },
                { "--lang=ja", OPTION_LANG, "ja" },
                { "-o out", OPTION_OUTPUT, "out" },
                { "-oout", OPTION_OUTPUT, "out" },
                { "--output out", OPTION_OUTPUT, "out" },
                { "--output=out", OPTION_OUTPUT, "out" },
                { "--output=a=b", OPTION_OUTPUT, "a=b" },
                { "--output=", OPTION_OUTPUT, "" },
                { "--output _", OPTION_OUTPUT, "" },
                { "-n5", OPTION_LAST, "5" },
                { "-n 5", OPTION_LAST, "5" },
                { "--output -", OPTION_OUTPUT, "-" },
                { "--output --json", OPTION_OUTPUT, "--json" },
                { "-o --", OPTION_OUTPUT, "--" },
                { "--json", OPTION_JSON, "" },
        };

        for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
                cr_assert_eq(parse(&verb_any, forms[i].line), EXIT_OK, "%s: %s", forms[i].line, said);
                cr_assert(typed_has(&t, forms[i].id), "%s", forms[i].line);
                cr_expect_str_eq(t.value[forms[i].id], forms[i].value, "%s", forms[i].line);
                cr_expect_eq(t.n_words, 0, "%s: its value is no word", forms[i].line);
                cr_expect_eq(t.n_all, 1, "%s: and no other option", forms[i].line);
        }
}

Test(typed_parse, words_and_options_come_in_any_order) {
        static const char *const lines[] = { "a b --json -n 5", "--json a -n5 b", "-n 5 --json -- a b",
                                             "a -n5 --json b", "a --json -n5 -- b" };

        for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
                cr_assert_eq(parse(&verb_any, lines[i]), EXIT_OK, "%s: %s", lines[i], said);
                cr_assert_eq(t.n_words, 2, "%s", lines[i]);
                cr_expect_str_eq(t.words[0], "a", "%s", lines[i]);
                cr_expect_str_eq(t.words[1], "b", "%s", lines[i]);
                cr_expect_null(t.words[2], "%s", lines[i]);
                cr_expect(typed_has(&t, OPTION_JSON), "%s", lines[i]);
                cr_expect_str_eq(t.value[OPTION_LAST], "5", "%s", lines[i]);
                cr_expect_not(typed_has(&t, OPTION_OUTPUT), "%s", lines[i]);
        }
}

Test(typed_parse, behind_two_dashes_everything_is_a_word) {
        cr_assert_eq(parse(&verb_any, "-- --json -n --"), EXIT_OK, "%s", said);
        cr_assert_eq(t.n_words, 3);
        cr_expect_str_eq(t.words[0], "--json");
        cr_expect_str_eq(t.words[1], "-n");
        cr_expect_str_eq(t.words[2], "--", "the second pair, too");
        cr_expect_not(typed_has(&t, OPTION_JSON));
}

Test(typed_parse, a_dash_alone_is_a_word_and_so_is_nothing) {
        cr_assert_eq(parse(&verb_any, "- _"), EXIT_OK, "%s", said);
        cr_assert_eq(t.n_words, 2);
        cr_expect_str_eq(t.words[0], "-");
        cr_expect_str_eq(t.words[1], "");
}

Test(typed_parse, the_last_counts_and_each_is_kept_in_its_order) {
        cr_assert_eq(parse(&verb_any, "--name a -n1 --name=b -n 2"), EXIT_OK, "%s", said);
        cr_expect_str_eq(t.value[OPTION_NAME], "b");
        cr_expect_str_eq(t.value[OPTION_LAST], "2");
        cr_assert_eq(t.n_all, 4);
        cr_expect_eq(t.all[0].id, OPTION_NAME);
        cr_expect_str_eq(t.all[0].value, "a");
        cr_expect_eq(t.all[1].id, OPTION_LAST);
        cr_expect_str_eq(t.all[1].value, "1");
        cr_expect_str_eq(t.all[2].value, "b");
        cr_expect_str_eq(t.all[3].value, "2");
}

Test(typed_parse, what_is_usual_is_there_and_what_is_typed_goes_first) {
        cr_assert_eq(parse(&verb_any, "a"), EXIT_OK, "%s", said);
        cr_expect_str_eq(t.value[OPTION_RUNTIME_DIR], "/run/sekimori");
        cr_expect_eq(t.n_all, 0, "it was not typed");
        cr_expect_not(typed_has(&t, OPTION_STATE_DIR), "no option of this verb");
        cr_assert_eq(parse(&verb_any, "--runtime-dir x"), EXIT_OK, "%s", said);
        cr_expect_str_eq(t.value[OPTION_RUNTIME_DIR], "x");
}

Test(typed_parse, what_goes_with_a_word_goes_with_it_wherever_that_stands) {
        cr_expect_eq(parse(&verb_any, "--code 123456 tanaka totp"), EXIT_OK, "%s", said);
        cr_expect_eq(parse(&verb_any, "tanaka recovery --replace"), EXIT_OK, "%s", said);
}

static const struct {
        const struct verb_row *verb;
        const char *line, *said, *ja;
} mistakes[] = {
        { &verb_any, "--jsn", "'--jsn' is no option of test any; did you mean '--json'?",
          "「--jsn」というオプションは test any にありません。「--json」のことですか" },
        { &verb_any, "--run x", "'--run' is no option of test any; did you mean '--runtime-dir'?",
          "「--run」というオプションは test any にありません。「--runtime-dir」のことですか" },
        { &verb_any, "--run=x", "'--run' is no option of test any; did you mean '--runtime-dir'?",
          "「--run」というオプションは test any にありません。「--runtime-dir」のことですか" },
        { &verb_any, "--jsonx", "'--jsonx' is no option of test any; did you mean '--json'?",
          "「--jsonx」というオプションは test any にありません。「--json」のことですか" },
        { &verb_any, "--frobnicate", "'--frobnicate' is no option of test any (sekimori test any --help lists them)",
          "「--frobnicate」というオプションは test any にありません（sekimori test any --help で一覧を表示します）" },
        { &verb_any, "-x", "'-x' is no option of test any (sekimori test any --help lists them)",
          "「-x」というオプションは test any にありません（sekimori test any --help で一覧を表示します）" },
        { &verb_any, "-json", "'-json' is no option of test any; did you mean '--json'?",
          "「-json」というオプションは test any にありません。「--json」のことですか" },
        { &verb_any, "--o out", "'--o' is no option of test any; did you mean '--output'?",
          "「--o」というオプションは test any にありません。「--output」のことですか" },
        { &verb_any, "--prometheus x", "'--prometheus' is no option of test any (sekimori test any --help lists them)",
          "「--prometheus」というオプションは test any にありません（sekimori test any --help で一覧を表示します）" },
        { &verb_any, "--output", "--output wants a value (OUT)", "--output には値（OUT）が要ります" },
        { &verb_any, "-n", "-n wants a value (N)", "-n には値（N）が要ります" },
        { &verb_any, "--lang", "--lang wants a value (ja|en)", "--lang には値（ja|en）が要ります" },
        { &verb_any, "--json=yes", "--json takes no value (yes)", "--json に値（yes）は付けられません" },
        { &verb_any, "--json=", "--json takes no value ()", "--json に値（）は付けられません" },
        { &verb_any, "--lang=fr", "'fr' is no value of --lang (one of ja, en)",
          "「fr」は --lang に使えない値です（ja、en のどれか）" },
        { &verb_any, "--lang j", "'j' is no value of --lang; did you mean 'ja'?",
          "「j」は --lang に使えない値です。「ja」のことですか" },
        { &verb_any, "--lang ja|en", "'ja|en' is no value of --lang (one of ja, en)",
          "「ja|en」は --lang に使えない値です（ja、en のどれか）" },
        { &verb_any, "--lang=", "'' is no value of --lang (one of ja, en)",
          "「」は --lang に使えない値です（ja、en のどれか）" },
        { &verb_any, "tanaka card --code 1", "--code goes with totp (sekimori test any totp --help)",
          "--code は totp と一緒に使います（sekimori test any totp --help）" },
        { &verb_any, "totp --replace", "--replace goes with recovery (sekimori test any recovery --help)",
          "--replace は recovery と一緒に使います（sekimori test any recovery --help）" },
        { &verb_any, "a b c d",
          "usage: sekimori test any [WORD]... [--json] [--lang ja|en] [-n N] [-o OUT] [--name NAME]... [--runtime-dir D] "
          "[--code CODE] [--replace]",
          "使い方: sekimori test any [WORD]... [--json] [--lang ja|en] [-n N] [-o OUT] [--name NAME]... "
          "[--runtime-dir D] [--code CODE] [--replace]" },
        { &verb_strict, "--cert c", "usage: sekimori strict FILE --cert C [--json]",
          "使い方: sekimori strict FILE --cert C [--json]" },
        { &verb_strict, "file", "--cert C is missing (sekimori strict --help)",
          "--cert C が足りません（sekimori strict --help）" },
        { &verb_strict, "file -- --cert c", "usage: sekimori strict FILE --cert C [--json]",
          "使い方: sekimori strict FILE --cert C [--json]" },
};

Test(typed_parse, a_mistake_is_said_in_one_line_of_either_language) {
        for (size_t i = 0; i < sizeof mistakes / sizeof *mistakes; i++) {
                language_choose("en");
                cr_expect_eq(parse(mistakes[i].verb, mistakes[i].line), EXIT_USAGE, "%s", mistakes[i].line);
                cr_expect_str_eq(said, mistakes[i].said, "%s: %s", mistakes[i].line, said);
                language_choose("ja");
                cr_expect_eq(parse(mistakes[i].verb, mistakes[i].line), EXIT_USAGE, "%s", mistakes[i].line);
                cr_expect_str_eq(said, mistakes[i].ja, "%s: %s", mistakes[i].line, said);
        }
}

Test(typed_parse, the_first_mistake_ends_it) {
        language_choose("en");
        cr_expect_eq(parse(&verb_any, "--json=x --frobnicate"), EXIT_USAGE);
        cr_expect_str_eq(said, "--json takes no value (x)");
}

/* What unfit() and take() keep in arrays of their own. */
Test(typed_parse, every_option_there_is_fits) {
        for (enum option_id id = OPTION_NONE + 1; id < OPTIONS; id++) {
                const struct option_row *o = &options[id];
                size_t n = 0;

                cr_expect(o->name || o->letter, "option %d has no name", id);
                cr_expect_lt(o->name ? strlen(o->name) : 0, OPTION_TEXT - 2, "%s", o->name);
                cr_expect(!o->values || o->value, "--%s has values, and takes none", o->name);
                for (const char *v = o->values; v && *v; v += strcspn(v, "|"), v += *v == '|', n++)
                        cr_expect_lt(strcspn(v, "|"), OPTION_VALUE, "--%s: %s", o->name, v);
                cr_expect_leq(n, OPTION_VALUES, "--%s", o->name);
        }
}

/* ---- Words and numbers ---------------------------------------------------------------------------------------------
 */

TestSuite(typed_word, .fini = drop, .timeout = 5);

static int second_word(void) {
        return typed_word(&t, 1, "totp|card");
}

Test(typed_word, is_one_of_those_or_not_there) {
        static const struct {
                const char *line;
                int code;
        } lines[] = { { "tanaka totp", EXIT_OK },     { "tanaka card", EXIT_OK },
                      { "tanaka", EXIT_OK },          { "", EXIT_OK },
                      { "tanaka totq", EXIT_USAGE },  { "tanaka tot", EXIT_USAGE },
                      { "tanaka totp2", EXIT_USAGE }, { "tanaka totp|card", EXIT_USAGE },
                      { "tanaka _", EXIT_USAGE },     { "totp tanaka", EXIT_USAGE } };

        for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
                cr_assert_eq(parse(&verb_any, lines[i].line), EXIT_OK, "%s", said);
                cr_expect_eq(heard(second_word), lines[i].code, "%s", lines[i].line);
        }
}

static uint64_t number;

static int number_of_last(void) {
        return typed_number(&t, OPTION_LAST, 2, UINT64_MAX, &number);
}

TestSuite(typed_number, .fini = drop, .timeout = 5);

Test(typed_number, is_decimal_digits_within_its_bounds) {
        static const struct {
                const char *line;
                int code;
                uint64_t number;
        } lines[] = {
                { "-n2", EXIT_OK, 2 },
                { "-n 007", EXIT_OK, 7 },
                { "-n 18446744073709551615", EXIT_OK, UINT64_MAX },
                { "-n 18446744073709551616", EXIT_USAGE, 99 },
                { "-n 1", EXIT_USAGE, 99 },
                { "-n -3", EXIT_USAGE, 99 },
                { "-n +3", EXIT_USAGE, 99 },
                { "-n 3x", EXIT_USAGE, 99 },
                { "-n 0x3", EXIT_USAGE, 99 },
                { "-n 3.0", EXIT_USAGE, 99 },
                { "-n=3", EXIT_USAGE, 99 },
                { "-n three", EXIT_USAGE, 99 },
                { "-n _", EXIT_USAGE, 99 },
                { "-n ３", EXIT_USAGE, 99 },
                { "", EXIT_OK, 99 },
        };

        for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
                number = 99;
                cr_assert_eq(parse(&verb_any, lines[i].line), EXIT_OK, "%s", said);
                cr_expect_eq(heard(number_of_last), lines[i].code, "%s", lines[i].line);
                cr_expect_eq(number, lines[i].number, "%s: %" PRIu64, lines[i].line, number);
        }
}

static int up_to_11(void) {
        return typed_number(&t, OPTION_LAST, 1, 11, &number);
}

Test(typed_number, an_upper_bound_holds) {
        cr_assert_eq(parse(&verb_any, "-n 11"), EXIT_OK, "%s", said);
        cr_expect_eq(heard(up_to_11), EXIT_OK);
        cr_expect_eq(number, 11);
        cr_assert_eq(parse(&verb_any, "-n 12"), EXIT_OK, "%s", said);
        cr_expect_eq(heard(up_to_11), EXIT_USAGE);
        cr_expect_str_eq(said, "-n wants a number from 1 to 11, not '12'");
        cr_expect_eq(number, 11, "and stays");
}
