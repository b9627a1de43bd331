/* SPDX-License-Identifier: MIT */
/* seed.c — the secret of a token as people have it: typed, in a vendor's list, in a QR code. */
#include "auth/totp.h"

#include "auth/code.h"
#include "base/bytes.h"
#include "base/secret.h"
#include "base/seed_text.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

_Static_assert(SEED_MOST == TOKEN_SECRET, "a seed that can be read fits into a token");

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

int totp_seed(const char *text, uint8_t ret[TOKEN_SECRET], uint8_t *ret_n) {
        bool says_hex = strncmp(text, "hex:", 4) == 0;
        struct seed_text s = { .n = 0 };
        int r = seed_text_tidy(says_hex ? text + 4 : text, &s);

        if (r == 0 && (says_hex || !seed_text_is_base32(&s)))
                r = seed_text_is_hex(&s) ? seed_text_decode(&s, true, ret, ret_n) : -EINVAL;
        else if (r == 0)
                r = seed_text_decode(&s, false, ret, ret_n);
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
