/* SPDX-License-Identifier: MIT */
/* Tables and lists of tokens' seeds: what is understood, and what is refused with its place. */
#include "decision/login.h"
#include "unit/agent/seeds/token_file.h"

#include <criterion/criterion.h>
#include <stdio.h>

/* RFC 6238's key of twenty bytes, and two others. */
#define RFC "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
#define HEX "3132333435363738393031323334353637383930"
#define OTHER "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
#define EITHER "A2B3C4D5E6F7A2B3C4D5E6F7A2B3C4D5E6F7A2B3" /* twenty bytes, or twenty-five */

static void expect_rfc_key(const struct seeds_row *row) {
        cr_expect_eq(row->n_secret, 20);
        cr_expect_arr_eq(row->secret, "12345678901234567890", 20);
}

Test(table_read, one_seed_is_for_whoever_is_named_elsewhere) {
        static const char *const spellings[] = { RFC,
                                                 RFC "\n",
                                                 "\n" RFC "\r\n\n",
                                                 HEX,
                                                 "gezd gnbv gy3t qojq gezd gnbv gy3t qojq\n",
                                                 "hex:3132 3334 3536 3738 3930 3132 3334 3536 3738 3930",
                                                 "0x" HEX };

        for (size_t i = 0; i < sizeof spellings / sizeof *spellings; i++) {
                auto_reading r = token_file(spellings[i]);

                cr_assert_eq(r.n_faults, 0, "%s: %s", spellings[i], token_file_said(&r));
                cr_assert_eq(r.n, 1);
                cr_expect_str_eq(r.rows[0].row.user, "");
                expect_rfc_key(&r.rows[0].row);
                cr_expect_eq(r.rows[0].row.digits, 0, "the file does not say");
        }
}

Test(table_read, a_table_says_whose_each_is) {
        auto_reading r = token_file("\xEF\xBB\xBFUser,Serial,Secret,algorithm,digits,period\r\n"
                                    "hanako,FT-0001," RFC ",HMAC-SHA-256,8,60\r\n"
                                    "\r\n,,,,,\r\n"
                                    "\"taro\",\"名札 \"\"2\"\"\", " OTHER " ,,,");

        cr_assert_eq(r.n_faults, 0, "%s", token_file_said(&r));
        cr_assert_eq(r.n, 2);
        cr_expect_str_eq(r.rows[0].row.user, "hanako");
        cr_expect_str_eq(r.rows[0].row.serial, "FT-0001");
        expect_rfc_key(&r.rows[0].row);
        cr_expect_eq(r.rows[0].row.algorithm, 1 + TOTP_SHA256);
        cr_expect_eq(r.rows[0].row.digits, 8);
        cr_expect_eq(r.rows[0].row.period_s, 60);
        cr_expect_str_eq(r.rows[1].row.user, "taro");
        cr_expect_str_eq(r.rows[1].row.serial, "名札 \"2\"");
        cr_expect_eq(r.rows[1].row.algorithm, 0);
        cr_expect_eq(r.rows[1].row.line, 5);
        cr_expect_eq(r.rows[1].row.secret_column, 20);
}

/* One token, RFC 6238's, of serial 1000001, period 60: however it is dressed. */
Test(table_read, makers_and_spreadsheets_dress_it_in_many_ways) {
        static const char *const dresses[] = {
                "upn,serial number,secret key,time interval,manufacturer,model\n"
                "hanako@example.lg.jp,1000001," RFC ",60,Contoso,HardwareKey\n",
                "upn,serial number,secret key,timeinterval,manufacturer,model\n"
                "hanako@example.lg.jp,1000001," HEX ",60,Token2,c202\n",
                "upn;serial number;secret key;time interval;manufacturer;model;;\r\n;;;;;;;\r\n"
                "hanako@example.lg.jp;1000001;" RFC ";60;Contoso;HardwareKey;;\r\n",
                "user\tserial\tsecret\tperiod\nhanako\t1000001\t" RFC "\t60\n",
                "sep=;\r\nserial;seed (hex);time step\r\n1000001;" HEX ";60\r\n",
                ",user,serial,secret,period\n,hanako,1000001," RFC ",60\n",
                "利用者,製造番号,秘密の値,周期\nhanako,1000001," RFC ",60\n",
                "ipatokenuniqueid,ipatokenowner,ipatokenotpkey,ipatokentotptimestep\n1000001,hanako," RFC ",60\n",
                "serial,type,secret,period\n1000001,OATH-TOTP," RFC ",60\n",
                "serial,secret,period\n\"=\"\"1000001\"\"\",\"" RFC "\",60\n",
                "1000001," HEX ",totp,6,60\n",
                "1000001," HEX ",totp,6,60,sha1\n",
                "# from privacyIDEA\n1000001," HEX ",TOTP,6,60\n",
                "# version: 2\nhanako,resolver,realm,1000001," HEX ",totp,6,60\n",
                "1000001," RFC ",60\n",
                "1000001\t" HEX "\t60\n",
                "1000001 " HEX " 60\n",
                "  1000001   " RFC "   60 \n",
        };

        for (size_t i = 0; i < sizeof dresses / sizeof *dresses; i++) {
                auto_reading r = token_file(dresses[i]);

                cr_assert_eq(r.n_faults, 0, "%s: %s", dresses[i], token_file_said(&r));
                cr_assert_eq(r.n, 1, "%s", dresses[i]);
                cr_expect_str_eq(r.rows[0].row.serial, "1000001", "%s", dresses[i]);
                cr_expect_eq(r.rows[0].row.period_s, 60, "%s", dresses[i]);
                expect_rfc_key(&r.rows[0].row);
        }
}

Test(table_read, entra_id_means_sha1_and_six_digits) {
        auto_reading r = token_file("upn,serial number,secret key,time interval,manufacturer,model\n"
                                    "hanako@example.lg.jp,1000001," RFC ",60,Contoso,HardwareKey\n");

        cr_assert_eq(r.n, 1);
        cr_expect_str_eq(r.rows[0].row.user, "hanako@example.lg.jp");
        cr_expect(r.rows[0].row.principal);
        cr_expect_eq(r.rows[0].row.algorithm, 1 + TOTP_SHA1);
        cr_expect_eq(r.rows[0].row.digits, 6);
}

#define HEAD "user,serial,secret\n"

Test(table_read, the_column_is_of_one_alphabet) {
        auto_reading hex = token_file(HEAD "taro,2," EITHER "\nhanako,1," HEX "\n");
        auto_reading base32 = token_file(HEAD "taro,2," EITHER "\nhanako,1," RFC "\n");
        auto_reading said = token_file("user,seed (hex)\ntaro," EITHER "\n");
        auto_reading marked = token_file(HEAD "taro,2,base32:" EITHER "\nhanako,1," HEX "\n");

        cr_assert_eq(hex.n_faults, 0, "%s", token_file_said(&hex));
        cr_expect_eq(hex.rows[0].row.n_secret, 20);
        cr_assert_eq(base32.n_faults, 0, "%s", token_file_said(&base32));
        cr_expect_eq(base32.rows[0].row.n_secret, 25);
        cr_assert_eq(said.n_faults, 0, "%s", token_file_said(&said));
        cr_expect_eq(said.rows[0].row.n_secret, 20);
        cr_assert_eq(marked.n_faults, 0, "%s", token_file_said(&marked));
        cr_expect_eq(marked.rows[0].row.n_secret, 25);
}

struct refused {
        const char *text, *said, *why;
};

static void expect_refused(const struct refused *hostile, size_t n) {
        for (size_t i = 0; i < n; i++) {
                auto_reading r = token_file(hostile[i].text);

                cr_expect_geq(r.n_faults, 1, "%s", hostile[i].why);
                cr_expect_eq(strncmp(token_file_said(&r), hostile[i].said, strlen(hostile[i].said)), 0, "%s: '%s'",
                             hostile[i].why, token_file_said(&r));
        }
}

Test(table_read, what_is_no_table_is_refused_where_it_is) {
        static const struct refused hostile[] = {
                { "", "1:1: there is nothing", "nothing" },
                { "\n\n", "1:1: there is nothing", "nothing but lines" },
                { RFC "\n" OTHER "\n", "2:1: one secret", "two secrets without a table" },
                { "0189\n", "1:1: a secret has 16", "four digits" },
                { "018\n", "1:1: hexadecimal with a digit missing", "neither alphabet" },
                { "GEZDGNBV\n", "1:1: a secret has 16", "forty bits" },
                { HEAD, "2:1: the table is empty", "a header without rows" },
                { "user,secret,sekret\n", "1:13: no such heading", "an unknown column" },
                { "user,user,secret\n", "1:6: a heading of this", "a column twice" },
                { "user,secret,seed\n", "1:13: a heading of this", "two secrets" },
                { "user,upn,secret\n", "1:1: two columns name the user", "two people" },
                { "secret,digits\n" RFC ",6\n", "1:1: the header needs", "nobody's" },
                { "user,serial\n", "1:1: the header needs secret", "no secrets" },
                { "hanako,1," RFC "\n", "1:8: no header", "no header, and no list" },
                { HEAD "hanako,1\n", "2:8: columns are missing", "a column missing" },
                { HEAD "hanako,1," RFC ",x\n", "2:43: a column too many", "a column too many" },
                { "user,,secret\nhanako,x," RFC "\n", "2:8: this column has no heading", "beneath nothing" },
        };

        expect_refused(hostile, sizeof hostile / sizeof *hostile);
}

Test(table_read, what_is_no_value_is_refused_where_it_is) {
        static const struct refused hostile[] = {
                { HEAD "hanako,1,\n", "2:10: there is no secret", "no secret" },
                { HEAD "hanako,1,GEZD0NBVGY3TQOJQGEZDGNBVGY3TQOJQ\n", "2:10: neither", "0 is not in base32" },
                { HEAD "hanako,1,GEZDGNBVGY3TQOJQ\n", "2:10: a secret has 16", "eighty bits" },
                { HEAD "hanako,1," EITHER "\n", "2:10: it can be hexadecimal and base32", "either" },
                { EITHER "\n", "1:1: it can be hexadecimal and base32", "either, alone" },
                { HEAD "hanako,1," HEX "\ntaro,2," RFC "\n", "3:8: not hexadecimal: line 2 says", "two alphabets" },
                { HEAD "hanako,1," RFC "\ntaro,2," HEX "\n", "3:8: not base32: line 2 says", "two alphabets" },
                { HEAD "hanako,1," EITHER "\ntaro,2," HEX "\nume,3," RFC "\n", "4:7: not hexadecimal: line 3 says",
                  "the first" },
                { "user,secret hex\nhanako," RFC "\n", "2:8: not hexadecimal", "not as the heading says" },
                { HEAD "hanako,1,3132333435363738393031323334353637383930 \n"
                       "taro,2,132333435363738393031323334353637383930\n",
                  "3:8: hexadecimal with a digit missing", "a zero lost" },
                { "user,secret\nhanako,FT-1 " RFC "\n", "2:8: blanks in it", "two things in one cell" },
                { "user,secret\nhanako,2600000000001 " HEX "\n", "2:8: blanks in it", "two things in one cell" },
                { HEAD "hanako,2.6E+12," RFC "\n", "2:8: a spreadsheet has made a number", "a serial number, rounded" },
                { HEAD "hanako,\"2,6E+12\"," RFC "\n", "2:8: a spreadsheet has made a number", "as in Germany" },
                { HEAD "hanako,1,3.13233E+39\n", "2:10: a spreadsheet has made a number", "a secret, rounded" },
                { "2.6E+12\t" HEX "\n", "1:1: a spreadsheet has made a number", "in a list" },
                { HEAD "hanako,\x1b[2J," RFC "\n", "2:8: a character", "an escape sequence" },
                { HEAD "hanako,\xff," RFC "\n", "2:8: neither UTF-8", "no text" },
                { HEAD "hanako,\"1," RFC "\n", "2:8: its quote", "a quote that stays open" },
                { HEAD "hanako,\"1\"x," RFC "\n", "2:11: something follows", "behind a quote" },
                { HEAD "hanako,1\"," RFC "\n", "2:9: a quote", "a quote inside" },
                { HEAD "hanako,1," RFC "\rx", "2:43: a stray line end", "half a line end" },
                { "user,secret,digits\nhanako," RFC ",5\n", "2:41: digits", "five digits" },
                { "user,secret,digits\nhanako," RFC ",6x\n", "2:41: digits", "not a number" },
                { "user,secret,digits\nhanako," RFC ",+6\n", "2:41: digits", "a sign" },
                { "user,secret,digits\nhanako," RFC ",4294967302\n", "2:41: digits", "six, and 2^32" },
                { "user,secret,period\nhanako," RFC ",0\n", "2:41: a period", "no time" },
                { "user,secret,period\nhanako," RFC ",3600\n", "2:41: a period", "an hour" },
                { "user,secret,algorithm\nhanako," RFC ",md5\n", "2:41: the algorithm", "another algorithm" },
                { "user,secret,type\nhanako," RFC ",HOTP\n", "2:41: a token that counts", "HOTP" },
                { "user,secret,type\nhanako," RFC ",ocra\n", "2:41: only the kind totp", "OCRA" },
                { "user,secret,counter\nhanako," RFC ",0\n", "2:41: a token that counts", "a counter" },
                { "1000001," HEX ",hotp,6,0\n", "1:50: a token that counts", "HOTP in a list" },
        };

        expect_refused(hostile, sizeof hostile / sizeof *hostile);
}

Test(table_read, every_fault_is_told_and_one_for_a_row) {
        auto_reading r =
                token_file("serial,secret,type,period\n1," RFC ",hotp,0\n2," RFC ",totp,30\n3," RFC ",hotp,0\n");

        cr_expect_eq(r.n_faults, 2);
        cr_expect_eq(r.faults[0].line, 2);
        cr_expect_eq(r.faults[1].line, 4);
        cr_expect_str_not_empty(r.faults[1].ja);
}

Test(table_read, owners_have_no_secrets) {
        auto_reading good = token_file_read(bytes_text("serial,upn\nA1,hanako@x\n"), SEEDS_OWNERS, "");
        auto_reading bad = token_file_read(bytes_text(HEAD "hanako,1," RFC "\n"), SEEDS_OWNERS, "");
        auto_reading list = token_file_read(bytes_text("A1," RFC "\n"), SEEDS_OWNERS, "");

        cr_assert_eq(good.n_faults, 0, "%s", token_file_said(&good));
        cr_assert_eq(good.n, 1);
        cr_expect_str_eq(good.rows[0].row.serial, "A1");
        cr_expect_eq(bad.n_faults, 1);
        cr_expect_eq(list.n_faults, 1);
}

Test(table_read, a_nul_ends_nothing_quietly) {
        static const char text[] = HEAD "hanako,1\0," RFC "\n";
        auto_reading r = token_file_read(bytes_of(text, sizeof text - 1), SEEDS_TOKENS, "");

        cr_expect_eq(r.n_faults, 1);
}

/* A file that was cut while it was copied: no seed comes out that was not in it. */
Test(table_read, every_truncation_is_refused_or_ends_behind_a_row) {
        static const char *const texts[] = {
                "user,serial,secret\nhanako,1," HEX "\ntaro,2,hex:00112233445566778899aabbccddeeff\n",
                "1000001\t" HEX "\n1000002\t" HEX "\n",
                "otpauth://totp/a:b?secret=" RFC "&digits=8\notpauth://totp/a:c?secret=" OTHER "\n",
        };

        for (size_t k = 0; k < sizeof texts / sizeof *texts; k++)
                for (size_t n = 0; n < strlen(texts[k]) - 1; n++) {
                        auto_reading r = token_file_read(bytes_of(texts[k], n), SEEDS_TOKENS, "");

                        cr_expect(r.n_faults || r.n, "%zu bytes", n);
                        for (size_t i = 0; i < r.n && !r.n_faults; i++)
                                cr_expect_geq(r.rows[i].row.n_secret, 16, "%zu bytes", n);
                }
}

Test(table_read, more_than_a_terminal_can_use_is_refused) {
        size_t room = 64 * (SEEDS_MAX + 2), used;
        char *text = malloc(room);

        cr_assert(text);
        used = (size_t)snprintf(text, room, HEAD);
        for (int i = 0; i <= SEEDS_MAX; i++)
                used += (size_t)snprintf(text + used, room - used, "u%d,,hex:%032x\n", i, i);
        {
                auto_reading r = token_file_read(bytes_of(text, used), SEEDS_TOKENS, "");

                cr_expect_eq(r.n_faults, 1);
                cr_expect_str_eq(token_file_said(&r), "20002:1: 20000 in one file at most: divide it");
        }
        free(text);
}
