/* SPDX-License-Identifier: MIT */
/* The ciphers of XML Encryption, held against RFC 3394 and the openssl command. */
#include "seeds/cipher.h"

#include "base/hex.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

static size_t hex(const char *text, uint8_t *to) {
        cr_assert(hex_bytes(text, to, strlen(text) / 2), "%s", text);
        return strlen(text) / 2;
}

/* RFC 3394 §4.1 and §4.6. */
Test(cipher_open, unwraps_what_the_rfc_wraps) {
        static const struct {
                const char *uri, *key, *wrapped, *plain;
        } all[] = {
                { "http://www.w3.org/2001/04/xmlenc#kw-aes128", "000102030405060708090A0B0C0D0E0F",
                  "1FA68B0A8112B447AEF34BD8FB5A7B829D3E862371D2CFE5", "00112233445566778899AABBCCDDEEFF" },
                { "http://www.w3.org/2001/04/xmlenc#kw-aes256",
                  "000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F",
                  "28C9F404C4B810F4CBCCB35CFB87F8263F5786E2D80ED326CBC7F0E71A99F43BFB988B9B7A02DD21",
                  "00112233445566778899AABBCCDDEEFF000102030405060708090A0B0C0D0E0F" },
        };

        for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
                uint8_t key[64], wrapped[64], plain[64], to[CIPHER_TEXT];
                size_t n_key = hex(all[i].key, key), n_wrapped = hex(all[i].wrapped, wrapped), n,
                       want = hex(all[i].plain, plain);
                const struct cipher *c = cipher_of(all[i].uri);

                cr_assert(c && c->key == n_key);
                cr_assert_eq(cipher_open(c, key, bytes_of(wrapped, n_wrapped), to, &n), 0);
                cr_assert_eq(n, want);
                cr_expect_arr_eq(to, plain, want);
                wrapped[3] ^= 1;
                cr_expect_eq(cipher_open(c, key, bytes_of(wrapped, n_wrapped), to, &n), -EBADMSG, "changed");
        }
}

Test(cipher_open, reads_what_the_openssl_command_encrypts) {
        static const struct {
                const char *uri, *name;
        } all[] = { { "http://www.w3.org/2001/04/xmlenc#aes128-cbc", "aes-128-cbc" },
                    { "http://www.w3.org/2001/04/xmlenc#aes192-cbc", "aes-192-cbc" },
                    { "http://www.w3.org/2001/04/xmlenc#aes256-cbc", "aes-256-cbc" },
                    { "http://www.w3.org/2001/04/xmlenc#tripledes-cbc", "des-ede3-cbc" } };

        for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
                const struct cipher *c = cipher_of(all[i].uri);
                uint8_t key[64], value[128] = { 0 }, to[CIPHER_TEXT];
                char digits[2 * sizeof key + 1], command[512];
                size_t iv, n;
                FILE *oracle;

                cr_assert(c);
                iv = (size_t)EVP_CIPHER_get_block_size(c->evp());
                for (size_t k = 0; k < c->key; k++)
                        key[k] = (uint8_t)(7 * k + 1);
                hex_of(key, c->key, digits);
                (void)snprintf(command, sizeof command,
                               "unset LD_PRELOAD; printf 12345678901234567890 | openssl enc -%s -K %s -iv %0*d",
                               all[i].name, digits, (int)(2 * iv), 0);
                oracle = popen(command, "re");
                cr_assert(oracle);
                n = iv + fread(value + iv, 1, sizeof value - iv, oracle);
                cr_assert_eq(pclose(oracle), 0);
                cr_assert_eq(cipher_open(c, key, bytes_of(value, n), to, &n), 0, "%s", all[i].name);
                cr_assert_eq(n, 20);
                cr_expect_arr_eq(to, "12345678901234567890", 20);
                cr_expect_eq(cipher_open(c, key, bytes_of(value, iv), to, &n), -EBADMSG, "nothing behind the IV");
                cr_expect_eq(cipher_open(c, key, bytes_of(value, iv + 3), to, &n), -EBADMSG, "half a block");
        }
}

Test(cipher_of, knows_no_other_name) {
        cr_expect_null(cipher_of("http://www.w3.org/2009/xmlenc11#aes128-gcm"));
        cr_expect_null(cipher_of("http://www.w3.org/2001/04/xmlenc#rsa-1_5"));
        cr_expect_null(cipher_of(""));
        cr_expect_null(cipher_mac_of("http://www.w3.org/2001/04/xmldsig-more#hmac-md5"));
}

Test(cipher_base64, is_read_with_blanks_and_nothing_else) {
        uint8_t to[8];
        size_t n;

        cr_assert_eq(cipher_base64(" MTIz\n NA== \n", to, sizeof to, &n), 0);
        cr_assert_eq(n, 4);
        cr_expect_arr_eq(to, "1234", 4);
        cr_expect_eq(cipher_base64("", to, sizeof to, &n), -EBADMSG);
        cr_expect_eq(cipher_base64("MT=z", to, sizeof to, &n), -EBADMSG);
        cr_expect_eq(cipher_base64("MT!z", to, sizeof to, &n), -EBADMSG);
        cr_expect_eq(cipher_base64("MTIzNDU2Nzg5MDEy", to, sizeof to, &n), -EBADMSG, "longer than there is room");
}
