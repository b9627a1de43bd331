/* SPDX-License-Identifier: MIT */
/* Seeds as people have them, and the URI for the QR code. */
#include "auth/totp.h"

#include "base/hex.h"
#include "unit/agent/daemon/login_given.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <string.h>

#define SEED20 "3132333435363738393031323334353637383930"

TestSuite(totp_seed, .timeout = 10);

Test(totp_seed, reads_base32_and_hex_in_every_dress) {
        static const struct {
                const char *text, *hex;
        } seeds[] = {
                { "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", SEED20 },
                { "gezdgnbvgy3tqojqgezdgnbvgy3tqojq", SEED20 },
                { "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ", SEED20 },
                { " GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ ", SEED20 },
                { "GEZDGNBVGY3TQOJQGEZDGNBVGY======", "31323334353637383930313233343536" },
                { "GEZDGNBVGY3TQOJQGEZDGNBVGY", "31323334353637383930313233343536" },
                { "GEZDGNBVGY3TQOJQGEZDGNBVGZ", "31323334353637383930313233343536" }, /* bits left over */
                { SEED20, SEED20 },
                { "hex:" SEED20, SEED20 },
                { "hex:31 32 33 34 35 36 37 38 39 30 31 32 33 34 35 36", "31323334353637383930313233343536" },
                { "DEADBEEFDEADBEEFDEADBEEFDEADBEE0", "deadbeefdeadbeefdeadbeefdeadbee0" },
                { "hex:deadbeefdeadbeefdeadbeefdeadbeef", "deadbeefdeadbeefdeadbeefdeadbeef" },
                /* base32 where it can be either */
                { "DEADBEEFDEADBEEFDEADBEEFDEADBEEF", "1900309085190030908519003090851900309085" },
        };

        for (size_t i = 0; i < sizeof seeds / sizeof *seeds; i++) {
                uint8_t secret[TOKEN_SECRET], n = 0;
                char hex[2 * TOKEN_SECRET + 1];

                cr_assert_eq(totp_seed(seeds[i].text, secret, &n), 0, "%s", seeds[i].text);
                hex_of(secret, n, hex);
                cr_expect_str_eq(hex, seeds[i].hex, "%s", seeds[i].text);
        }
}

Test(totp_seed, refuses_what_is_none) {
        static const struct {
                const char *text;
                int error;
                const char *why;
        } hostile[] = {
                { "", -ERANGE, "nothing" },
                { "   ", -ERANGE, "spaces" },
                { "========", -ERANGE, "only padding" },
                { "hex:", -ERANGE, "hex of nothing" },
                { "GEZDGNBVGY3TQOJQ", -ERANGE, "80 bits, as some sites hand out" },
                { "GEZDGNBVGY3TQOJQGEZDGNBV", -ERANGE, "120 bits" },
                { "hex:313233343536373839303132333435", -ERANGE, "120 bits" },
                { "GEZDGNBVGY3TQOJQGEZDGNBVG", -EINVAL, "25 characters are the end of nothing" },
                { "GEZDGNBVGY3TQOJQGEZDGNBVGY3", -EINVAL, "27" },
                { "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQO", -EINVAL, "30" },
                { "GEZDGNBVGY=3TQOJQGEZDGNBVGY3TQOJQ", -EINVAL, "padding in the middle" },
                { "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJ1", -EINVAL, "1 is no digit of base32" },
                { "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJ\n", -EINVAL, "a newline" },
                { "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJ\xff", -EINVAL, "not ASCII" },
                { "hex:" SEED20 "0", -EINVAL, "an odd number of digits" },
                { "hex:" SEED20 "==", -EINVAL, "hex has no padding" },
                { "0x" SEED20, -EINVAL, "0x" },
                { "HEX:" SEED20, -EINVAL, "HEX" },
                { "hex:hex:" SEED20, -EINVAL, "hex twice" },
                { "otpauth://totp/x?secret=GEZDGNBVGY3TQOJQ", -EINVAL, "a whole URI" },
                { "::::::::::::::::::::::::::::::::", -EINVAL, "punctuation" },
        };

        for (size_t i = 0; i < sizeof hostile / sizeof *hostile; i++) {
                uint8_t secret[TOKEN_SECRET] = { 0xaa }, n = 9;

                cr_expect_eq(totp_seed(hostile[i].text, secret, &n), hostile[i].error, "%s", hostile[i].why);
                cr_expect_eq(n, 9, "%s", hostile[i].why);
                cr_expect_eq(secret[0], 0xaa, "%s", hostile[i].why);
        }
}

Test(totp_seed, takes_as_much_as_a_token_holds_and_no_more) {
        uint8_t secret[TOKEN_SECRET], n;
        char text[4096] = "hex:";

        for (size_t bytes = 0; bytes < 300; bytes++) {
                cr_expect_eq(totp_seed(text, secret, &n), bytes < 16 || bytes > TOKEN_SECRET ? -ERANGE : 0, "%zu",
                             bytes);
                (void)strcat(text, "5a");
        }
}

TestSuite(totp_base32, .timeout = 10);

Test(totp_base32, is_what_rfc_4648_says) {
        static const char *const vectors[][2] = { { "", "" },
                                                  { "f", "MY" },
                                                  { "fo", "MZXQ" },
                                                  { "foo", "MZXW6" },
                                                  { "foob", "MZXW6YQ" },
                                                  { "fooba", "MZXW6YTB" },
                                                  { "foobar", "MZXW6YTBOI" } };

        for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++) {
                char to[16];

                totp_base32((const uint8_t *)vectors[i][0], strlen(vectors[i][0]), to);
                cr_expect_str_eq(to, vectors[i][1]);
        }
}

Test(totp_base32, comes_back_through_totp_seed) {
        for (uint8_t n = 16; n <= TOKEN_SECRET; n++) {
                uint8_t secret[TOKEN_SECRET], back[TOKEN_SECRET], n_back = 0;
                char to[8 * TOKEN_SECRET / 5 + 2];

                for (size_t i = 0; i < n; i++)
                        secret[i] = (uint8_t)(i * 37 + n);
                totp_base32(secret, n, to);
                cr_assert_eq(totp_seed(to, back, &n_back), 0);
                cr_assert_eq(n_back, n);
                cr_expect_arr_eq(back, secret, n);
        }
}

TestSuite(totp_uri, .timeout = 10);

Test(totp_uri, is_what_phones_read) {
        struct token t = a_token(TOTP_SHA1, 6);
        char uri[512];

        cr_assert_eq(totp_uri(&t, "厚木市 端末", "tanaka@x", uri, sizeof uri), 0);
        cr_expect_str_eq(uri, "otpauth://totp/%E5%8E%9A%E6%9C%A8%E5%B8%82%20%E7%AB%AF%E6%9C%AB:tanaka%40x"
                              "?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
                              "&issuer=%E5%8E%9A%E6%9C%A8%E5%B8%82%20%E7%AB%AF%E6%9C%AB"
                              "&algorithm=SHA1&digits=6&period=30");
}

Test(totp_uri, fits_or_is_nothing) {
        struct token t = a_token(TOTP_SHA512, 8);
        char whole[512], uri[512];
        size_t n;

        cr_assert_eq(totp_uri(&t, "a&b", "c?d", whole, sizeof whole), 0);
        n = strlen(whole) + 1;
        for (size_t size = 0; size < n; size++) {
                memset(uri, 'x', sizeof uri);
                cr_expect_eq(totp_uri(&t, "a&b", "c?d", uri, size), -ENOSPC);
                cr_expect(size == 0 || uri[0] == '\0');
                cr_expect_eq(uri[size], 'x');
        }
        cr_expect_eq(totp_uri(&t, "a&b", "c?d", uri, n), 0);
        cr_expect_str_eq(uri, whole);
        t.digits = 5;
        cr_expect_eq(totp_uri(&t, "a", "b", uri, sizeof uri), -EINVAL);
}
