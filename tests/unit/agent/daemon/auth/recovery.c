/* SPDX-License-Identifier: MIT */
/* Codes on paper: each once, however it is typed. */
#include "auth/recovery.h"

#include <criterion/criterion.h>
#include <ctype.h>
#include <errno.h>
#include <openssl/evp.h>
#include <string.h>

static struct factors f;
static struct tally tally;
static char codes[FACTORS_CODES][RECOVERY_CODE];

static void given_ten(void) {
        f = (struct factors){ 0 };
        tally = (struct tally){ 0 };
        cr_assert_eq(recovery_make(&f, codes), 0);
}

TestSuite(recovery_make, .init = given_ten, .timeout = 60);

Test(recovery_make, makes_ten_different_ones_without_look_alikes) {
        for (int i = 0; i < FACTORS_CODES; i++) {
                cr_assert_eq(strlen(codes[i]), 14);
                cr_expect_eq(codes[i][4], '-');
                cr_expect_eq(codes[i][9], '-');
                cr_expect_eq(strspn(codes[i], "0123456789ABCDEFGHJKMNPQRSTVWXYZ-"), 14, "%s", codes[i]);
                for (int j = 0; j < i; j++)
                        cr_expect_str_neq(codes[i], codes[j]);
        }
        cr_expect_eq(f.n_codes, FACTORS_CODES);
        cr_expect_neq(f.codes_id, 0);
}

Test(recovery_make, uses_every_character) {
        bool seen[128] = { false };
        int n = 0;

        for (int round = 0; round < 20; round++) {
                cr_assert_eq(recovery_make(&f, codes), 0);
                for (int i = 0; i < FACTORS_CODES; i++)
                        for (const char *c = codes[i]; *c; c++)
                                seen[(int)*c] = true;
        }
        for (int c = 0; c < 128; c++)
                n += seen[c];
        cr_expect_eq(n, 33, "32 and the hyphen; it misses one once in 10^31 runs");
}

Test(recovery_make, keeps_stretched_and_salted_hashes_and_not_the_codes) {
        uint8_t right[32];
        char digits[13];
        struct factors again = { 0 };

        (void)snprintf(digits, sizeof digits, "%.4s%.4s%.4s", codes[3], codes[3] + 5, codes[3] + 10);
        cr_assert_eq(PKCS5_PBKDF2_HMAC(digits, 12, f.codes[3].salt, 16, 10000, EVP_sha256(), 32, right), 1);
        cr_expect_arr_eq(f.codes[3].hash, right, 32);
        cr_expect_eq(memmem(&f, sizeof f, digits, 12), NULL);
        cr_assert_eq(recovery_make(&again, codes), 0);
        cr_expect_arr_neq(again.codes[0].salt, f.codes[0].salt, 16);
        cr_expect_neq(again.codes_id, f.codes_id);
}

Test(recovery_make, makes_the_old_ones_worthless_and_starts_a_new_count) {
        char old[RECOVERY_CODE];

        memcpy(old, codes[0], sizeof old);
        cr_assert_eq(recovery_check(&f, &tally, codes[1]), 1);
        cr_assert_eq(recovery_make(&f, codes), 0);
        cr_expect_eq(recovery_check(&f, &tally, old), -ENOENT);
        cr_expect_eq(recovery_left(&f, &tally), FACTORS_CODES);
        cr_expect_eq(recovery_check(&f, &tally, codes[1]), 1);
}

TestSuite(recovery_check, .init = given_ten, .timeout = 60);

Test(recovery_check, accepts_each_once) {
        for (int i = 0; i < FACTORS_CODES; i++) {
                cr_expect_eq(recovery_left(&f, &tally), (unsigned)(FACTORS_CODES - i));
                cr_expect_eq(recovery_check(&f, &tally, codes[i]), i);
                for (int j = 0; j <= i; j++)
                        cr_expect_eq(recovery_check(&f, &tally, codes[j]), -EALREADY);
        }
        cr_expect_eq(recovery_left(&f, &tally), 0);
}

static const char *dressed(const char *code, int how) {
        static char text[64];
        size_t n = 0;

        memset(text, 0, sizeof text);
        for (; *code; code++) {
                if (*code == '-' && how != 0)
                        continue;
                if (how == 2)
                        text[n++] = ' ';
                text[n] = how == 1 ? (char)tolower(*code) : *code;
                if (how == 3)
                        text[n] = text[n] == '0' ? 'O' : text[n] == '1' ? 'I' : text[n];
                if (how == 4)
                        text[n] = text[n] == '0' ? 'o' : text[n] == '1' ? 'l' : text[n];
                n++;
        }
        return text;
}

Test(recovery_check, accepts_it_however_it_is_typed) {
        for (int how = 0; how < 5; how++)
                for (int i = 0; i < FACTORS_CODES; i++) {
                        tally = (struct tally){ 0 };
                        cr_expect_eq(recovery_check(&f, &tally, dressed(codes[i], how)), i, "%d: %s", how,
                                     dressed(codes[i], how));
                }
}

Test(recovery_check, refuses_what_is_none) {
        char near[RECOVERY_CODE + 2], four_kilobytes[4096];
        static const char *const hostile[] = { "",
                                               "-",
                                               "--------------",
                                               "0000-0000-0000",
                                               "UUUU-UUUU-UUUU",
                                               "é",
                                               "\xff\xff\xff\xff",
                                               "7K3P92AX4MQTX",
                                               "7K3P92AX4MQ" };

        for (size_t i = 0; i < sizeof hostile / sizeof *hostile; i++)
                cr_expect_eq(recovery_check(&f, &tally, hostile[i]), -ENOENT, "%s", hostile[i]);
        for (int i = 0; i < 14; i++) {
                (void)strcpy(near, codes[0]);
                near[i] = near[i] == 'Z' ? 'Y' : 'Z';
                cr_expect_eq(recovery_check(&f, &tally, near), -ENOENT, "%s", near);
        }
        (void)snprintf(near, sizeof near, "%s0", codes[0]);
        cr_expect_eq(recovery_check(&f, &tally, near), -ENOENT);
        memset(four_kilobytes, 'A', sizeof four_kilobytes);
        four_kilobytes[sizeof four_kilobytes - 1] = '\0';
        cr_expect_eq(recovery_check(&f, &tally, four_kilobytes), -ENOENT);
        cr_expect_eq(recovery_left(&f, &tally), FACTORS_CODES);
        cr_expect_eq(tally.codes_id, 0, "a refusal changes nothing");
}

Test(recovery_check, of_somebody_without_codes_is_none) {
        static const struct factors nobody;

        cr_expect_eq(recovery_check(&nobody, &tally, codes[0]), -ENOENT);
        cr_expect_eq(recovery_left(&nobody, &tally), 0);
}
