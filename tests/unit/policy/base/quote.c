/* SPDX-License-Identifier: MIT */
/* quote.c — what strangers chose is shown in one line that cannot deceive. */
#include "base/quote.h"

#include <criterion/criterion.h>
#include <string.h>

TestSuite(quote, .timeout = 60);

Test(quote, shows_what_can_be_shown_and_escapes_the_rest) {
        static const char *const rows[][2] = {
                { "", "''" },
                { "stroage", "'stroage'" },
                { "日本語", "'日本語'" },
                { "it's", "'it\\x27s'" },
                { "a\\b", "'a\\x5cb'" },
                { "a\nb", "'a\\x0ab'" },
                { "\x1b[2J", "'\\x1b[2J'" },
                { "\xff\xfe", "'\\xff\\xfe'" },
                { "\xe3\x81", "'\\xe3\\x81'" },
                { "a\xe2\x80\xae"
                  "b",
                  "'a\\xe2\\x80\\xaeb'" },
                { "\xed\xa0\x80", "'\\xed\\xa0\\x80'" },
                { "「a」（許可） 「b", "'『a』（許可） 『b'" }, /* Japanese marks around it are not closed, either */
        };

        for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
                cr_expect_str_eq(quote(rows[i][0]).text, rows[i][1]);
}

Test(quote, stands_in_the_marks_of_its_language) {
        cr_expect_str_eq(quote_in(LANGUAGE_JA, "a」 「b").text, "「a』 『b」");
        cr_expect_str_eq(quote_in(LANGUAGE_EN, "a' 'b").text, "'a\\x27 \\x27b'");
}

Test(quote, is_cut_between_characters_and_always_closed) {
        char text[512];

        for (size_t n = 0; n < sizeof text - 4; n++) {
                struct quoted q;
                unsigned c;

                memset(text, 'a', n);
                (void)strcpy(text + n, "関");
                q = quote(text);
                cr_assert_lt(strlen(q.text), QUOTE_MAX);
                cr_assert_eq(q.text[strlen(q.text) - 1], '\'');
                for (size_t at = 0, size; at < strlen(q.text); at += size) {
                        size = utf8_next(q.text + at, strlen(q.text) - at, &c);
                        cr_assert_gt(size, 0, "%s", q.text);
                }
        }
}
