/* SPDX-License-Identifier: MIT */
/* factors.c — what lies on the disk for a login, and seeds as people type them. The first byte says which; where a
 * checksum would keep mutations out, it is made right first. What is read must be written again as the same bytes. */
#include "auth/totp.h"
#include "fuzz/fuzz.h"
#include "store/checksum.h"
#include "store/factors_record.h"
#include "store/sealed.h"
#include "store/tally_record.h"

#include <string.h>

static const uint8_t key[KEY_SIZE] = "the key of a fuzz target";

static void try_sealed(const uint8_t *p, size_t n) {
        uint8_t *to = malloc(n + 1);
        size_t inside = 0;

        CLAIM(to);
        if (sealed_open(key, "tanaka", bytes_of(p, n), to, &inside) == 0)
                CLAIM(inside + SEALED_MORE == n);
        free(to);
}

static void try_plain(const uint8_t *p, size_t n) {
        uint8_t again[FACTORS_PLAIN];
        struct factors f = { 0 };
        char code[9];

        if (factors_plain_parse(bytes_of(p, n), &f) < 0)
                return;
        for (size_t i = 0; i < f.n_tokens; i++)
                CLAIM(totp_code(&f.tokens[i], 1, code) == 0);
        CLAIM(factors_plain_make(&f, again) == (int)n && memcmp(again, p, n) == 0);
}

static void try_codes(const uint8_t *p, size_t n) {
        uint8_t whole[FACTORS_CODES_SIZE], again[FACTORS_CODES_SIZE];
        struct factors f = { 0 };

        if (n > sizeof whole - DIGEST_SIZE)
                return;
        memcpy(whole, p, n);
        CLAIM(checksum(bytes_of(whole, n), "tanaka", whole + n) == 0);
        if (factors_codes_parse(bytes_of(whole, n + DIGEST_SIZE), "tanaka", &f) == 0)
                CLAIM(factors_codes_make(&f, "tanaka", again) == (int)n + DIGEST_SIZE && memcmp(again, p, n) == 0);
}

static void try_tally(const uint8_t *p, size_t n) {
        uint8_t whole[TALLY_RECORD] = { 0 }, again[TALLY_RECORD];
        size_t content = TALLY_RECORD - DIGEST_SIZE;
        struct tally t, back;

        memcpy(whole, p, n < content ? n : content);
        CLAIM(checksum(bytes_of(whole, content), "tanaka", whole + content) == 0);
        if (tally_record_parse(bytes_of(whole, sizeof whole), "tanaka", &t) < 0)
                return;
        CLAIM(memchr(t.login_place, 0, sizeof t.login_place));
        CLAIM(tally_record_make(&t, "tanaka", again) == 0);
        CLAIM(tally_record_parse(bytes_of(again, sizeof again), "tanaka", &back) == 0 && back.failures == t.failures);
}

static void try_seed(const uint8_t *p, size_t n) {
        uint8_t secret[TOKEN_SECRET], back[TOKEN_SECRET], n_secret = 0, n_back = 0;
        char *text = strndup((const char *)p, n), base32[8 * TOKEN_SECRET / 5 + 2];

        CLAIM(text);
        if (totp_seed(text, secret, &n_secret) == 0) {
                CLAIM(n_secret >= 16 && n_secret <= TOKEN_SECRET);
                totp_base32(secret, n_secret, base32);
                CLAIM(totp_seed(base32, back, &n_back) == 0 && n_back == n_secret && memcmp(secret, back, n_back) == 0);
        }
        free(text);
}

static void (*const tries[])(const uint8_t *p, size_t n) = { try_sealed, try_plain, try_codes, try_tally, try_seed };

void fuzz_try(const uint8_t *p, size_t n) {
        if (n)
                tries[*p % 5](p + 1, n - 1);
}

void fuzz_seeds(void (*add)(const void *p, size_t n)) {
        struct factors f = { .n_tokens = 1, .n_cards = 1, .n_codes = 2, .next_id = 2, .codes_id = 7 };
        struct tally t = { .generation = 3, .failures = 2, .login_place = "seat0" };
        uint8_t plain[1 + FACTORS_PLAIN] = { 1 }, sealed[1 + FACTORS_PLAIN + SEALED_MORE] = { 0 };
        uint8_t codes[1 + FACTORS_CODES_SIZE] = { 2 }, tally[1 + TALLY_RECORD] = { 3 };
        int n;

        f.tokens[0] = (struct token){ .n_secret = 20, .digits = 6, .period_s = 30, .id = 1, .label = "携帯電話" };
        n = factors_plain_make(&f, plain + 1);
        CLAIM(n > 0 && sealed_make(key, "tanaka", bytes_of(plain + 1, (size_t)n), sealed + 1) == 0);
        add(plain, (size_t)n + 1);
        add(sealed, (size_t)n + 1 + SEALED_MORE);
        n = factors_codes_make(&f, "tanaka", codes + 1);
        CLAIM(n > DIGEST_SIZE && tally_record_make(&t, "tanaka", tally + 1) == 0);
        add(codes, (size_t)n + 1 - DIGEST_SIZE);
        add(tally, TALLY_RECORD + 1 - DIGEST_SIZE);
        add("\4GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", 33);
        add("\4hex:3132333435363738393031323334353637383930", 45);
}
