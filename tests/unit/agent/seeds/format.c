/* SPDX-License-Identifier: MIT */
/* What a file is, by its content: addresses, Yubico's lines, and what is known and refused. */
#include "decision/login.h"
#include "unit/agent/seeds/token_file.h"

#include <criterion/criterion.h>

#define RFC "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
#define OTHER "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"

Test(otpauth_read, each_line_is_a_token) {
        auto_reading r = token_file("otpauth://totp/Town%20Hall:hanako@example.lg.jp?secret=" RFC
                                    "&issuer=Town%20Hall&algorithm=SHA256&digits=8&period=60\r\n\r\n"
                                    "OTPAUTH://TOTP/taro?image=x&secret=" OTHER "\n");

        cr_assert_eq(r.n_faults, 0, "%s", token_file_said(&r));
        cr_assert_eq(r.n, 2);
        cr_expect_str_eq(r.rows[0].row.user, "hanako@example.lg.jp");
        cr_expect_arr_eq(r.rows[0].row.secret, "12345678901234567890", 20);
        cr_expect_eq(r.rows[0].row.algorithm, 1 + TOTP_SHA256);
        cr_expect_eq(r.rows[0].row.digits, 8);
        cr_expect_eq(r.rows[0].row.period_s, 60);
        cr_expect_str_eq(r.rows[1].row.user, "taro");
        cr_expect_eq(r.rows[1].row.line, 3);
        cr_expect_eq(r.rows[1].row.period_s, 30, "the format's own");
}

Test(format_read, what_is_refused_says_why) {
        static const struct {
                const char *text, *said;
        } hostile[] = {
                { "otpauth://hotp/a:b?secret=" RFC "&counter=0\n", "1:11: a token that counts" },
                { "otpauth://totp/a:b?digits=6\n", "1:0: there is no secret" },
                { "otpauth://totp/a?secret=" RFC "&secret=" OTHER "\n", "1:65: this value" },
                { "otpauth://totp/a?secret=%zz\n", "1:25: this value" },
                { "otpauth://totp/a%0ab?secret=" RFC "\n", "1:16: the name" },
                { "otpauth://totp?secret=" RFC "\n", "1:1: not of the form" },
                { "otpauth://totp/a?secret=3132333435363738393031323334353637383930\n", "1:25: not base32" },
                { "otpauth://totp/a?secret=" RFC "\nhanako\n", "2:1: the line does not begin" },
                { "otpauth-migration://offline?data=CjUK\n", "1:1: an address for moving" },
                { "LOGGING START,11.12.13 18:55\n"
                  "OATH-HOTP,11.12.13 18:55,1,cccccccccccc,,916821d3a138bf855e70069605559a206ba854cd,,,0,0,0,6,0\n",
                  "2:1: a YubiKey that counts" },
                { "Yubico OTP,12/11/2013 11:10,1,vvgutbiedkvi,ab86c04de6a3,d26a7c0f85fdda28bd816e406342b214,,\n",
                  "1:1: Yubico's own way" },
                { "# OATH mode\n508326,,0,69cfb9202438ca68964ec3244bfa4843d073a43b,,2013-12-12T08:41:07,\n",
                  "2:1: a YubiKey that counts" },
                { "508326,cccccccccccc,83cebdfb7b93,a47c5bf9c152202f577be6721c0113af,,2013-12-12T08:43:17,\n",
                  "1:1: Yubico's own way" },
                { "PK\x03\x04\x14", "0:0: a spreadsheet's own file" },
                { "\xD0\xCF\x11\xE0\xA1\xB1", "0:0: a spreadsheet's own file" },
                { "-----BEGIN PGP MESSAGE-----\n", "0:0: an encrypted file" },
        };

        for (size_t i = 0; i < sizeof hostile / sizeof *hostile; i++) {
                auto_reading r = token_file(hostile[i].text);

                cr_expect_eq(strncmp(token_file_said(&r), hostile[i].said, strlen(hostile[i].said)), 0, "%s: '%s'",
                             hostile[i].text, token_file_said(&r));
        }
}
