/* SPDX-License-Identifier: MIT */
/* Errors in two languages that stay in step, and are never cut inside a character. */
#include "base/err.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <string.h>

TestSuite(err_say, .timeout = 5);

static void expect(const struct err *err, const char *ja, const char *en) {
        cr_expect_str_eq(err_text(err, LANGUAGE_JA), ja);
        cr_expect_str_eq(err_text(err, LANGUAGE_EN), en);
}

Test(err_say, both_columns_take_the_same_arguments) {
        struct err err = { "" };

        cr_assert_eq(
                err_say(&err, -EBADMSG, "%u 行目: 「%s」は使えない値です", "line %u: unknown value '%s'", 7U, "alow"),
                -EBADMSG);
        expect(&err, "7 行目: 「alow」は使えない値です", "line 7: unknown value 'alow'");
        cr_assert_eq(err_say(&err, -EINVAL, "%2$s の %1$d 番", "number %1$d of %2$s", 3, "x"), -EINVAL);
        expect(&err, "x の 3 番", "number 3 of x");
}

Test(err_say, context_comes_before_in_both) {
        struct err err = { "" };

        (void)err_say(&err, -EBADMSG, "値がありません", "no value");
        (void)err_wrap(&err, -EBADMSG, "%u:%u", 7U, 11U);
        cr_assert_eq(err_say_wrap(&err, -EBADMSG, "「%s」を読めません", "load '%s'", "/etc/x"), -EBADMSG);
        expect(&err, "「/etc/x」を読めません: 7:11: 値がありません", "load '/etc/x': 7:11: no value");
}

Test(err_say, the_systems_words_follow_in_both) {
        struct err err = { "" };

        cr_assert_eq(err_errno(&err, -ENOSPC, "%s", "x"), -ENOSPC);
        expect(&err, "x: 空き容量がありません", "x: No space left on device");
        cr_assert_eq(err_say_errno(&err, -EACCES, "「%s」を読めません", "read '%s'", "x"), -EACCES);
        expect(&err, "「x」を読めません: 権限がありません", "read 'x': Permission denied");
        cr_expect_str_eq(err_reason(-4095, LANGUAGE_JA), "?", "a number that no system knows");
        cr_expect_str_eq(err_reason(ENOTBLK, LANGUAGE_JA), "Block device required", "what the table lacks");
}

Test(err_say, another_is_put_behind_in_both) {
        struct err err = { "" }, more = { "" };

        (void)err_say(&err, 0, "一", "one");
        (void)err_say(&more, 0, "二", "two");
        err_append(&err, "; ", &more);
        expect(&err, "一; 二", "one; two");
        err_append(NULL, "; ", &more);
}

Test(err_say, what_has_no_words_is_the_same_in_both) {
        struct err err = { "" };

        (void)err_set(&err, -EIO, "%s", "bad decrypt");
        expect(&err, "bad decrypt", "bad decrypt");
}

Test(err_say, without_an_err_the_code_travels) {
        cr_expect_eq(err_say(NULL, -EIO, "値", "value"), -EIO);
        cr_expect_eq(err_say_wrap(NULL, -EIO, "値", "value"), -EIO);
        cr_expect_eq(err_say_errno(NULL, -EIO, "値", "value"), -EIO);
}

/* Three bytes each: wherever the end falls, a whole character is the last one. */
Test(err_say, is_cut_between_characters) {
        static const char kanji[] = "\xe5\xb0\x81";

        for (size_t before = 0; before < 3; before++) {
                char many[2 * ERR_TEXT_JA] = "";
                struct err err = { "" };
                size_t n;

                memset(many, 'x', before);
                while (strlen(many) + sizeof kanji < sizeof many)
                        strcat(many, kanji);
                (void)err_set(&err, 0, "%s", many);
                (void)err_wrap(&err, 0, "y");
                n = strlen(err.ja);
                cr_expect(n > sizeof err.ja - 4 && (n - 3 - before) % 3 == 0, "%zu bytes behind %zu", n, before);
                n = strlen(err.text);
                cr_expect(n > sizeof err.text - 4 && (n - 3 - before) % 3 == 0, "%zu bytes behind %zu", n, before);
        }
}
