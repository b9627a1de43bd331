/* SPDX-License-Identifier: MIT */
/* recovery.c — Crockford's base32, PBKDF2-HMAC-SHA256; a use sets a bit in the caller's tally. See recovery.h. */
#include "auth/recovery.h"

#include "base/bytes.h"
#include "base/secret.h"
#include "signature/crypto.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>

#define DIGITS 12
#define ROUNDS 10000

/* Crockford's base32: no I, L, O and U. */
static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/* One character, normalised; 0: not in the alphabet. */
static char recovery_digit(char c) {
        if (c >= 'a' && c <= 'z')
                c = (char)(c - 'a' + 'A');
        if (c == 'O')
                return '0';
        if (c == 'I' || c == 'L')
                return '1';
        return c && strchr(alphabet, c) ? c : '\0';
}

/* False: not twelve characters of the alphabet. */
static bool recovery_normalise(const char *code, char ret[DIGITS]) {
        size_t n = 0;

        for (; *code; code++) {
                if (*code == ' ' || *code == '-')
                        continue;
                if (n == DIGITS || !recovery_digit(*code))
                        return false;
                ret[n++] = recovery_digit(*code);
        }
        return n == DIGITS;
}

static bool recovery_stretch(const char digits[DIGITS], const uint8_t salt[16], uint8_t ret[32]) {
        static EVP_MD *sha256;

        if (!sha256) {
                crypto_start();
                sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
        }
        return sha256 && PKCS5_PBKDF2_HMAC(digits, DIGITS, salt, 16, ROUNDS, sha256, 32, ret) == 1;
}

static bool make_one(const uint8_t salt[16], struct recovery_code *to, char text[RECOVERY_CODE]) {
        uint8_t random[DIGITS];
        char digits[DIGITS];
        bool made = getrandom(random, sizeof random, 0) == DIGITS;

        for (size_t i = 0; i < DIGITS; i++)
                digits[i] = alphabet[random[i] % 32];
        memcpy(to->salt, salt, sizeof to->salt);
        made = made && recovery_stretch(digits, salt, to->hash);
        (void)snprintf(text, RECOVERY_CODE, "%.4s-%.4s-%.4s", digits, digits + 4, digits + 8);
        secret_wipe(random, sizeof random);
        secret_wipe(digits, sizeof digits);
        return made;
}

int recovery_make(struct factors *f, char ret[FACTORS_CODES][RECOVERY_CODE]) {
        struct recovery_code codes[FACTORS_CODES];
        uint32_t id = 0;
        uint8_t salt[16];
        bool made = getrandom(salt, sizeof salt, 0) == sizeof salt && getrandom(&id, sizeof id, 0) == sizeof id;

        for (size_t i = 0; made && i < FACTORS_CODES; i++)
                made = make_one(salt, &codes[i], ret[i]);
        if (!made) {
                secret_wipe(ret, FACTORS_CODES * RECOVERY_CODE);
                return -EIO;
        }
        memcpy(f->codes, codes, sizeof f->codes);
        f->n_codes = FACTORS_CODES;
        f->codes_id = id == f->codes_id || id == 0 ? f->codes_id + 1 : id;
        return 0;
}

/* The index of the matching code, -1: none. The input is stretched once for each salt; every code is compared, even
 * after a match. */
static int recovery_find(const struct factors *f, const char digits[DIGITS]) {
        uint8_t hash[32];
        int found = -1;

        for (int i = 0; i < f->n_codes && i < FACTORS_CODES; i++) {
                const struct recovery_code *c = &f->codes[i];

                if ((i == 0 || memcmp(c->salt, c[-1].salt, sizeof c->salt) != 0)
                    && !recovery_stretch(digits, c->salt, hash))
                        return -1;
                if (secret_equal(hash, c->hash, sizeof hash))
                        found = i;
        }
        secret_wipe(hash, sizeof hash);
        return found;
}

static uint32_t recovery_used(const struct factors *f, const struct tally *tally) {
        return tally->codes_id == f->codes_id ? tally->codes_used : 0;
}

int recovery_check(const struct factors *f, struct tally *tally, const char *code) {
        char digits[DIGITS];
        int i = recovery_normalise(code, digits) ? recovery_find(f, digits) : -1;

        secret_wipe(digits, sizeof digits);
        if (i < 0)
                return -ENOENT;
        if (recovery_used(f, tally) & 1U << i)
                return -EALREADY;
        tally->codes_used = recovery_used(f, tally) | 1U << i;
        tally->codes_id = f->codes_id;
        return i;
}

unsigned recovery_left(const struct factors *f, const struct tally *tally) {
        unsigned left = 0;

        for (int i = 0; i < f->n_codes && i < FACTORS_CODES; i++)
                left += !(recovery_used(f, tally) & 1U << i);
        return left;
}
