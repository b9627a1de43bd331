/* SPDX-License-Identifier: MIT */
/* seed.c — the secret of a token as people have it: typed, in a vendor's list, in a QR code. */
#include "auth/totp.h"

#include "auth/code.h"
#include "base/bytes.h"
#include "base/hex.h"
#include "base/secret.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define SEED_LEAST 16     /* bytes: RFC 4226 §4, R6 */
#define SEED_TEXT_MAX 256 /* without spaces; more is no seed */

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

static int base32_digit(char c) {
        if (c >= 'a' && c <= 'z')
                return c - 'a';
        if (c >= 'A' && c <= 'Z')
                return c - 'A';
        return c >= '2' && c <= '7' ? c - '2' + 26 : -1;
}

struct seed_text {
        char at[SEED_TEXT_MAX];
        size_t n;
        bool padded; /* had '=' at its end: so it is base32 */
};

/* Without spaces, and without padding at the end. */
static int seed_tidy(const char *text, struct seed_text *ret) {
        for (; *text; text++) {
                if (*text == ' ')
                        continue;
                if (*text == '=') {
                        ret->padded = true;
                        continue;
                }
                if (ret->padded)
                        return -EINVAL;
                if (ret->n == sizeof ret->at)
                        return -ERANGE;
                ret->at[ret->n++] = *text;
        }
        return 0;
}

/* RFC 4648: a last group of 1, 3 or 6 characters is invalid. */
static bool is_base32(const struct seed_text *s) {
        static const bool ends[8] = { true, false, true, false, true, true, false, true };

        for (size_t i = 0; i < s->n; i++)
                if (base32_digit(s->at[i]) < 0)
                        return false;
        return ends[s->n % 8];
}

static bool is_hex(const struct seed_text *s) {
        for (size_t i = 0; i < s->n; i++)
                if (hex_digit(s->at[i]) < 0)
                        return false;
        return !s->padded && s->n % 2 == 0;
}

/* Leftover bits at the end are ignored, as phones and oathtool do. */
static void from_digits(const char *digits, size_t n, int (*digit)(char), unsigned width, uint8_t *to) {
        unsigned bits = 0, have = 0;

        for (size_t i = 0; i < n; i++) {
                bits = (bits << width | (unsigned)digit(digits[i])) & 0xfff;
                have += width;
                if (have >= 8) {
                        have -= 8;
                        *to++ = (uint8_t)(bits >> have);
                }
        }
        secret_wipe(&bits, sizeof bits);
}

static int seed_decode(const struct seed_text *s, bool as_hex, uint8_t ret[TOKEN_SECRET], uint8_t *ret_n) {
        unsigned width = as_hex ? 4 : 5;
        size_t n = s->n * width / 8;

        if (n < SEED_LEAST || n > TOKEN_SECRET)
                return -ERANGE;
        memset(ret, 0, TOKEN_SECRET);
        from_digits(s->at, s->n, as_hex ? hex_digit : base32_digit, width, ret);
        *ret_n = (uint8_t)n;
        return 0;
}

int totp_seed(const char *text, uint8_t ret[TOKEN_SECRET], uint8_t *ret_n) {
        bool says_hex = strncmp(text, "hex:", 4) == 0;
        struct seed_text s = { .n = 0 };
        int r = seed_tidy(says_hex ? text + 4 : text, &s);

        if (r == 0 && (says_hex || !is_base32(&s)))
                r = is_hex(&s) ? seed_decode(&s, true, ret, ret_n) : -EINVAL;
        else if (r == 0)
                r = seed_decode(&s, false, ret, ret_n);
        secret_wipe(&s, sizeof s);
        return r;
}

void totp_base32(const uint8_t *secret, size_t n, char *to) {
        unsigned bits = 0, have = 0;

        for (size_t i = 0; i < n; i++) {
                bits = (bits << 8 | secret[i]) & 0xfff;
                for (have += 8; have >= 5; have -= 5)
                        *to++ = alphabet[bits >> (have - 5) & 31];
        }
        if (have)
                *to++ = alphabet[bits << (5 - have) & 31];
        *to = '\0';
        secret_wipe(&bits, sizeof bits);
}

/* RFC 3986: escapes every character except the unreserved ones. */
static void seed_percent(const char *text, struct bytes_out *to) {
        static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";

        for (; *text; text++) {
                char escaped[4];

                if (strchr(plain, *text)) {
                        bytes_put(to, text, 1);
                        continue;
                }
                (void)snprintf(escaped, sizeof escaped, "%%%02X", (unsigned)(uint8_t)*text);
                bytes_put(to, escaped, 3);
        }
}

static void seed_put(struct bytes_out *to, const char *text) {
        bytes_put(to, text, strlen(text));
}

static void put_uri(const struct token *t, const char *issuer, const char *user, struct bytes_out *to) {
        static const char *const names[] = { [TOTP_SHA1] = "SHA1", [TOTP_SHA256] = "SHA256", [TOTP_SHA512] = "SHA512" };
        char secret[8 * TOKEN_SECRET / 5 + 2], shape[64];

        totp_base32(t->secret, t->n_secret, secret);
        seed_put(to, "otpauth://totp/");
        seed_percent(issuer, to);
        seed_put(to, ":");
        seed_percent(user, to);
        seed_put(to, "?secret=");
        seed_put(to, secret);
        seed_put(to, "&issuer=");
        seed_percent(issuer, to);
        (void)snprintf(shape, sizeof shape, "&algorithm=%s&digits=%u&period=%u", names[t->algorithm], t->digits,
                       t->period_s);
        bytes_put(to, shape, strlen(shape) + 1);
        secret_wipe(secret, sizeof secret);
}

int totp_uri(const struct token *t, const char *issuer, const char *user, char *to, size_t size) {
        struct bytes_out o = bytes_into(to, size);

        if (!token_is_sound(t))
                return -EINVAL;
        put_uri(t, issuer, user, &o);
        if (!o.broken)
                return 0;
        secret_wipe(to, size);
        return -ENOSPC;
}
