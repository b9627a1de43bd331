/* SPDX-License-Identifier: MIT */
/* factors_given.c — factors_open() beneath the state directory of login_given.h, and back. See factors_given.h. */
#include "unit/agent/daemon/store/factors_given.h"

#include "unit/agent/daemon/login_given.h"

#include <criterion/criterion.h>
#include <string.h>

struct factors_store *factors;
struct factors full;
static char credential[512];

void open_factors(void) {
        struct err err = { "" };

        factors_close(factors);
        factors = NULL;
        cr_assert_eq(factors_open(state_fd, credential, &factors, &err), 0, "%s", err.text);
}

void given_factors(void) {
        given_a_state();
        (void)strcpy(credential, state_path("credential"));
        open_factors();
        full = (struct factors){ .n_tokens = 2, .n_cards = 2, .n_codes = FACTORS_CODES, .next_id = 9, .codes_id = 8 };
        full.tokens[0] = a_token(TOTP_SHA1, 6);
        full.tokens[1] = a_token(TOTP_SHA512, 8);
        full.tokens[1].enrolled = -5;
        (void)strcpy(full.tokens[1].label, "予備の携帯電話");
        for (size_t i = 0; i < 32; i++)
                full.cards[1].sha256[i] = (uint8_t)(i + 200);
        (void)strcpy(full.cards[1].label, "CN=田中");
        for (size_t i = 0; i < FACTORS_CODES; i++)
                full.codes[i].hash[31] = (uint8_t)(i + 1);
}

void drop_factors(void) {
        factors_close(factors);
        factors = NULL;
        drop_state();
}

void write_factors(const char *user, const struct factors *f) {
        struct err err = { "" };

        cr_assert_eq(factors_write(factors, user, f, &err), 0, "%s", err.text);
}

int read_factors(const char *user, struct factors *ret, struct err *err) {
        *err = (struct err){ "" };
        return factors_read(factors, user, ret, err);
}

void expect_full(const char *user) {
        struct factors f;
        struct err err;

        cr_assert_eq(read_factors(user, &f, &err), 0, "%s", err.text);
        cr_expect_arr_eq(&f, &full, sizeof f);
}

void expect_lost(const char *user, int error, const char *words) {
        struct factors f;
        struct err err;

        cr_expect_eq(read_factors(user, &f, &err), error, "%s", err.text);
        cr_expect(strstr(err.text, words), "%s", err.text);
        cr_expect(strstr(err.ja, "の登録内容: ") && !strstr(err.ja, " the "), "in words of its own: %s", err.ja);
        cr_expect(f.sealed_lost);
        cr_expect_eq(f.n_tokens + f.n_cards, 0);
        cr_expect_eq(f.n_codes, FACTORS_CODES, "recovery codes are readable without the key");
        cr_expect_arr_eq(f.codes, full.codes, sizeof f.codes);
        cr_expect_eq(f.codes_id, full.codes_id);
}
