/* SPDX-License-Identifier: MIT */
/* Hardware tokens' seeds from a file: what is understood, and what is refused with its place. */
#include "cli/factors/seeds.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

static const struct token defaults = { .digits = 6, .period_s = 30, .algorithm = TOTP_SHA1 };

/* RFC 6238's key of twenty bytes, and two others. */
#define RFC "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
#define HEX "3132333435363738393031323334353637383930"
#define OTHER "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"

static int parse(const char *text, struct seeds *ret, struct err *err) {
        return seeds_parse(bytes_text(text), &defaults, LANGUAGE_EN, ret, err);
}

static void expect_rfc_key(const struct token *t) {
        cr_expect_eq(t->n_secret, 20);
        cr_expect_arr_eq(t->secret, "12345678901234567890", 20);
}

Test(seeds_parse, one_seed_is_for_whoever_is_named_elsewhere) {
        static const char *const spellings[] = {
                RFC, RFC "\n", "\n" RFC "\r\n\n", HEX, "gezd gnbv gy3t qojq gezd gnbv gy3t qojq\n",
        };

        for (size_t i = 0; i < sizeof spellings / sizeof *spellings; i++) {
                auto_seeds s = { 0 };
                struct err err = { 0 };

                cr_assert_eq(parse(spellings[i], &s, &err), 0, "%s: %s", spellings[i], err.text);
                cr_assert_eq(s.n, 1);
                cr_expect_str_eq(s.all[0].user, "");
                expect_rfc_key(&s.all[0].token);
                cr_expect_eq(s.all[0].token.digits, 6);
        }
}

Test(seeds_parse, a_table_says_whose_each_is) {
        auto_seeds s = { 0 };
        struct err err = { 0 };

        cr_assert_eq(parse("\xEF\xBB\xBFUser,Serial,Secret,algorithm,digits,period\r\n"
                           "hanako,FT-0001," RFC ",SHA256,8,60\r\n"
                           "\r\n"
                           "\"taro\",\"名札 \"\"2\"\"\", " OTHER " ,,,",
                           &s, &err),
                     0, "%s", err.text);
        cr_assert_eq(s.n, 2);
        cr_expect_str_eq(s.all[0].user, "hanako");
        cr_expect_str_eq(s.all[0].token.label, "FT-0001");
        expect_rfc_key(&s.all[0].token);
        cr_expect_eq(s.all[0].token.algorithm, TOTP_SHA256);
        cr_expect_eq(s.all[0].token.digits, 8);
        cr_expect_eq(s.all[0].token.period_s, 60);
        cr_expect_str_eq(s.all[1].user, "taro");
        cr_expect_str_eq(s.all[1].token.label, "名札 \"2\"");
        cr_expect_eq(s.all[1].token.algorithm, TOTP_SHA1);
        cr_expect_eq(s.all[1].line, 4);
        cr_expect_eq(s.all[1].secret_column, 20);
}

Test(seeds_parse, columns_may_stand_in_any_order) {
        auto_seeds s = { 0 };
        struct err err = { 0 };

        cr_assert_eq(parse("secret,user\n" RFC ",hanako\n", &s, &err), 0, "%s", err.text);
        cr_expect_str_eq(s.all[0].user, "hanako");
        expect_rfc_key(&s.all[0].token);
}

#define HEAD "user,serial,secret\n"

Test(seeds_parse, what_is_not_understood_is_refused_where_it_is) {
        static const struct {
                const char *text, *place, *why;
        } hostile[] = {
                { "", "1:1: ", "nothing" },
                { "\n\n", "1:1: ", "nothing but lines" },
                { RFC "\n" OTHER "\n", "2:1: ", "two secrets without a table" },
                { "0189\n", "1:1: ", "neither alphabet" },
                { "GEZDGNBV\n", "1:1: ", "forty bits" },
                { HEAD, "2:1: ", "a header without rows" },
                { "user,secret,sekret\n", "1:13: ", "an unknown column" },
                { "user,user,secret\n", "1:6: ", "a column twice" },
                { "serial,secret\n", "1:1: ", "nobody's" },
                { "user,serial\n", "1:1: ", "no secrets" },
                { "hanako,1," RFC "\n", "1:1: ", "no header" },
                { HEAD "hanako,1\n", "2:8: ", "a column missing" },
                { HEAD "hanako,1," RFC ",x\n", "2:43: ", "a column too many" },
                { HEAD ",1," RFC "\n", "2:1: ", "no user" },
                { HEAD "../root,1," RFC "\n", "2:1: ", "a path" },
                { HEAD "-rf,1," RFC "\n", "2:1: ", "an option" },
                { HEAD "hanako,1,\n", "2:10: ", "no secret" },
                { HEAD "hanako,1,GEZD0NBVGY3TQOJQGEZDGNBVGY3TQOJQ\n", "2:10: ", "0 is not in base32" },
                { HEAD "hanako,1,GEZDGNBVGY3TQOJQ\n", "2:10: ", "eighty bits" },
                { HEAD "hanako,\x1b[2J," RFC "\n", "2:8: ", "an escape sequence" },
                { HEAD "hanako,\xff," RFC "\n", "2:8: ", "no UTF-8" },
                { HEAD "hanako,\xe2\x80\xae"
                       "1," RFC "\n",
                  "2:8: ", "right to left" },
                { HEAD "hanako,\"1," RFC "\n", "2:8: ", "a quote that stays open" },
                { HEAD "hanako,\"1\"x," RFC "\n", "2:11: ", "behind a quote" },
                { HEAD "hanako,1\"," RFC "\n", "2:9: ", "a quote inside" },
                { HEAD "hanako,1," RFC "\rx", "2:43: ", "half a line end" },
                { HEAD "hanako,1," RFC "\nhanako,2," RFC "\n", "3:10: ", "one secret twice" },
                { HEAD "hanako,1," RFC "\ntaro,2," HEX "\n", "3:8: ", "one secret twice, in another alphabet" },
                { HEAD "hanako,1," RFC "\nhanako,1," OTHER "\n", "3:1: ", "one label twice" },
                { "user,secret,digits\nhanako," RFC ",5\n", "2:41: ", "five digits" },
                { "user,secret,digits\nhanako," RFC ",6x\n", "2:41: ", "not a number" },
                { "user,secret,digits\nhanako," RFC ",+6\n", "2:41: ", "a sign" },
                { "user,secret,digits\nhanako," RFC ",4294967302\n", "2:41: ", "six, and 2^32" },
                { "user,secret,period\nhanako," RFC ",0\n", "2:41: ", "no time" },
                { "user,secret,period\nhanako," RFC ",3600\n", "2:41: ", "an hour" },
                { "user,secret,algorithm\nhanako," RFC ",md5\n", "2:41: ", "another algorithm" },
        };

        for (size_t i = 0; i < sizeof hostile / sizeof *hostile; i++) {
                auto_seeds s = { 0 };
                struct err err = { 0 };

                cr_expect_eq(parse(hostile[i].text, &s, &err), -EBADMSG, "%s", hostile[i].why);
                cr_expect_eq(strncmp(err.text, hostile[i].place, strlen(hostile[i].place)), 0, "%s: '%s'",
                             hostile[i].why, err.text);
                cr_expect_null(s.all);
        }
}

Test(seeds_parse, a_nul_ends_nothing_quietly) {
        static const char text[] = HEAD "hanako,1\0," RFC "\n";
        auto_seeds s = { 0 };
        struct err err = { 0 };

        cr_expect_eq(seeds_parse(bytes_of(text, sizeof text - 1), &defaults, LANGUAGE_EN, &s, &err), -EBADMSG);
}

/* A file that was cut while it was copied: no seed comes out that was not in it. */
Test(seeds_parse, every_truncation_is_refused_or_ends_behind_a_row) {
        static const char text[] =
                "user,serial,secret\nhanako,1," HEX "\ntaro,2,hex:00112233445566778899aabbccddeeff\n";

        for (size_t n = 0; n < sizeof text - 2; n++) {
                auto_seeds s = { 0 };
                struct err err = { 0 };
                int r = seeds_parse(bytes_of(text, n), &defaults, LANGUAGE_EN, &s, &err);

                if (r < 0)
                        continue;
                cr_expect_geq(s.n, 1, "%zu bytes", n);
                for (size_t i = 0; i < s.n; i++)
                        cr_expect_geq(s.all[i].token.n_secret, 16, "%zu bytes", n);
        }
}

Test(seeds_parse, more_than_a_terminal_can_use_is_refused) {
        static char text[128 * (SEEDS_MAX + 2)];
        auto_seeds s = { 0 };
        struct err err = { 0 };
        size_t used = (size_t)snprintf(text, sizeof text, HEAD);

        for (int i = 0; i <= SEEDS_MAX; i++)
                used += (size_t)snprintf(text + used, sizeof text - used, "u%d,,hex:%032x\n", i, i);
        cr_expect_eq(seeds_parse(bytes_of(text, used), &defaults, LANGUAGE_EN, &s, &err), -EBADMSG);
        cr_expect(strncmp(err.text, "2002:", 5) == 0, "%s", err.text);
}
