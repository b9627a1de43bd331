/* SPDX-License-Identifier: MIT */
/* code.c — HMAC (EVP_MAC) over the step as 8 bytes, big-endian, truncated to 6, 7 or 8 digits. See code.h. */
#include "auth/code.h"

#include "auth/totp.h"
#include "base/secret.h"
#include "signature/crypto.h"

#include <errno.h>
#include <openssl/core_names.h>
#include <openssl/params.h>
#include <stdio.h>

static const char *const digests[] = { [TOTP_SHA1] = "SHA1", [TOTP_SHA256] = "SHA256", [TOTP_SHA512] = "SHA512" };

bool token_is_sound(const struct token *t) {
        return t->digits >= 6 && t->digits <= 8 && t->period_s > 0 && t->n_secret > 0 && t->n_secret <= TOKEN_SECRET
               && (size_t)t->algorithm < sizeof digests / sizeof *digests;
}

static EVP_MAC *code_hmac(void) {
        static EVP_MAC *fetched; /* a fetch costs more than a code: keep it */

        if (!fetched) {
                crypto_start();
                fetched = EVP_MAC_fetch(NULL, "HMAC", NULL);
        }
        return fetched;
}

int codes_init(struct codes *c, const struct token *t) {
        OSSL_PARAM with[] = { OSSL_PARAM_END, OSSL_PARAM_END };

        *c = (struct codes){ 0 };
        if (!token_is_sound(t))
                return -EINVAL;
        with[0] = OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, (char *)digests[t->algorithm], 0);
        c->mac = EVP_MAC_CTX_new(code_hmac());
        c->digits = t->digits;
        return c->mac && EVP_MAC_init(c->mac, t->secret, t->n_secret, with) == 1 ? 0 : -EIO;
}

void codes_deinit(struct codes *c) {
        EVP_MAC_CTX_free(c->mac); /* wipes the key */
        c->mac = NULL;
}

/* RFC 4226 §5.3: four bytes at the offset that the last half-byte gives, without the sign bit. */
static uint32_t code_truncated(const uint8_t *hash, size_t n) {
        const uint8_t *at = hash + (hash[n - 1] & 15);

        return (uint32_t)(at[0] & 0x7f) << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

int codes_at(struct codes *c, uint64_t step, char ret[CODE_TEXT]) {
        static const uint32_t powers[] = { [6] = 1000000, [7] = 10000000, [8] = 100000000 };
        uint8_t counter[8], hash[EVP_MAX_MD_SIZE];
        size_t n = 0;

        for (int i = 0; i < 8; i++)
                counter[i] = (uint8_t)(step >> (56 - 8 * i));
        if (EVP_MAC_init(c->mac, NULL, 0, NULL) != 1 || EVP_MAC_update(c->mac, counter, sizeof counter) != 1
            || EVP_MAC_final(c->mac, hash, &n, sizeof hash) != 1 || n < 20)
                return -EIO;
        (void)snprintf(ret, CODE_TEXT, "%0*u", (int)c->digits, code_truncated(hash, n) % powers[c->digits]);
        secret_wipe(hash, sizeof hash);
        return 0;
}

int totp_code(const struct token *t, uint64_t step, char ret[CODE_TEXT]) {
        auto_codes c = { 0 };
        int r = codes_init(&c, t);

        return r < 0 ? r : codes_at(&c, step, ret);
}
