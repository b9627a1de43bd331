/* SPDX-License-Identifier: MIT */
/* arguments.c — the command lines of programs that nobody types. */
#include "host/arguments.h"

#include <criterion/criterion.h>
#include <criterion/redirect.h>

static const char *folder = "/usual";
static bool once;
static const struct argument rows[] = { { "folder", .text = &folder }, { "once", .flag = &once } };
static const struct program program = { "sekimori-x", "usage: sekimori-x\n", true, rows, 2 };

/* argv is NULL-terminated, as main's is. */
static int arguments_of(char **argv) {
        int argc = 0;

        while (argv[argc])
                argc++;
        return arguments_take(&program, argc, argv);
}

#define TAKE_ALL(...) arguments_of((char *[]){ (char *)"sekimori-x", __VA_ARGS__ __VA_OPT__(, ) NULL })

Test(arguments, nothing_typed_changes_nothing) {
        cr_expect_eq(TAKE_ALL(), ARGUMENTS_TAKEN);
        cr_expect_str_eq(folder, "/usual");
        cr_expect_not(once);
}

Test(arguments, a_text_and_a_flag_are_taken) {
        cr_expect_eq(TAKE_ALL("--once", "--folder", "/else"), ARGUMENTS_TAKEN);
        cr_expect_str_eq(folder, "/else");
        cr_expect(once);
}

Test(arguments, an_option_that_there_is_not_or_without_its_value_is_misuse, .init = cr_redirect_stderr) {
        cr_expect_eq(TAKE_ALL("--twice"), ARGUMENTS_MISUSED);
}

Test(arguments, a_value_that_is_missing_is_misuse, .init = cr_redirect_stderr) {
        cr_expect_eq(TAKE_ALL("--folder"), ARGUMENTS_MISUSED);
        cr_expect_str_eq(folder, "/usual");
}

Test(arguments, a_word_too_many_is_named, .init = cr_redirect_stderr) {
        cr_expect_eq(TAKE_ALL("--once", "more"), ARGUMENTS_MISUSED);
        (void)fflush(stderr);
        cr_expect_stderr_eq_str("sekimori-x: unexpected argument 'more'\n");
}

Test(arguments, help_and_version_are_said_and_nothing_else_happens, .init = cr_redirect_stdout) {
        cr_expect_eq(TAKE_ALL("--help"), 0);
        cr_expect_eq(TAKE_ALL("--version"), 0);
        (void)fflush(stdout);
        cr_expect_stdout_eq_str("usage: sekimori-x\nsekimori-x " SEKIMORI_VERSION "\n");
}
