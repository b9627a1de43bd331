/* SPDX-License-Identifier: MIT */
/* cipher.c — see cipher.h. OpenSSL does the work. */
#include "seeds/cipher.h"

#include "base/secret.h"

#include <ctype.h>
#include <errno.h>
#include <openssl/hmac.h>

#define XMLENC "http://www.w3.org/2001/04/xmlenc#"
#define XMLDSIG "http://www.w3.org/2000/09/xmldsig#"
#define XMLDSIG_MORE "http://www.w3.org/2001/04/xmldsig-more#"

static const struct cipher ciphers[] = {
        { XMLENC "aes128-cbc", EVP_aes_128_cbc, 16, false }, { XMLENC "aes192-cbc", EVP_aes_192_cbc, 24, false },
        { XMLENC "aes256-cbc", EVP_aes_256_cbc, 32, false }, { XMLENC "tripledes-cbc", EVP_des_ede3_cbc, 24, false },
        { XMLENC "kw-aes128", EVP_aes_128_wrap, 16, true },  { XMLENC "kw-aes192", EVP_aes_192_wrap, 24, true },
        { XMLENC "kw-aes256", EVP_aes_256_wrap, 32, true },
};

static const struct {
        const char *uri;
        const EVP_MD *(*evp)(void);
} macs[] = { { XMLDSIG "hmac-sha1", EVP_sha1 },
             { XMLDSIG_MORE "hmac-sha256", EVP_sha256 },
             { XMLDSIG_MORE "hmac-sha384", EVP_sha384 },
             { XMLDSIG_MORE "hmac-sha512", EVP_sha512 } };

const struct cipher *cipher_of(const char *uri) {
        for (size_t i = 0; i < sizeof ciphers / sizeof *ciphers; i++)
                if (strcmp(ciphers[i].uri, uri) == 0)
                        return &ciphers[i];
        return NULL;
}

const EVP_MD *cipher_mac_of(const char *uri) {
        for (size_t i = 0; i < sizeof macs / sizeof *macs; i++)
                if (strcmp(macs[i].uri, uri) == 0)
                        return macs[i].evp();
        return NULL;
}

/* XML Encryption pads with anything; the last byte says how much. */
static int cipher_unpad(const uint8_t *to, size_t n, size_t block, size_t *ret_n) {
        size_t padding = n ? to[n - 1] : 0;

        if (padding == 0 || padding > block || padding > n)
                return -EBADMSG;
        *ret_n = n - padding;
        return 0;
}

int cipher_open(const struct cipher *c, const uint8_t *key, struct bytes value, uint8_t *to, size_t *ret_n) {
        EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
        size_t block = c->wrap ? 8 : (size_t)EVP_CIPHER_get_block_size(c->evp()), iv = c->wrap ? 0 : block;
        int n = 0, rest = 0, r = -EBADMSG;

        if (ctx && value.left > iv && value.left <= CIPHER_TEXT && value.left % block == 0) {
                EVP_CIPHER_CTX_set_flags(ctx, EVP_CIPHER_CTX_FLAG_WRAP_ALLOW);
                if (EVP_DecryptInit_ex(ctx, c->evp(), NULL, key, iv ? value.at : NULL) == 1
                    && EVP_CIPHER_CTX_set_padding(ctx, 0) == 1
                    && EVP_DecryptUpdate(ctx, to, &n, value.at + iv, (int)(value.left - iv)) == 1
                    && EVP_DecryptFinal_ex(ctx, to + n, &rest) == 1)
                        r = 0;
        }
        EVP_CIPHER_CTX_free(ctx);
        if (r == 0 && c->wrap)
                *ret_n = (size_t)(n + rest);
        return r == 0 && !c->wrap ? cipher_unpad(to, (size_t)(n + rest), block, ret_n) : r;
}

bool cipher_mac_fits(const EVP_MD *md, struct bytes key, struct bytes value, struct bytes mac) {
        uint8_t right[EVP_MAX_MD_SIZE];
        unsigned n = 0;
        bool fits = HMAC(md, key.at, (int)key.left, value.at, value.left, right, &n) && n == mac.left
                    && secret_equal(right, mac.at, n);

        secret_wipe(right, sizeof right);
        return fits;
}

int cipher_base64(const char *text, uint8_t *to, size_t size, size_t *ret_n) {
        static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        unsigned bits = 0, have = 0;
        size_t n = 0;

        for (; *text && *text != '='; text++) {
                const char *digit = strchr(alphabet, *text);

                if (isspace((unsigned char)*text))
                        continue;
                if (!digit || n == size)
                        return -EBADMSG;
                bits = (bits << 6 | (unsigned)(digit - alphabet)) & 0xffff;
                have += 6;
                if (have >= 8) {
                        have -= 8;
                        to[n++] = (uint8_t)(bits >> have);
                }
        }
        while (*text == '=' || isspace((unsigned char)*text))
                text++;
        *ret_n = n;
        return *text || n == 0 ? -EBADMSG : 0;
}
