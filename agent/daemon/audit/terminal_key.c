/* SPDX-License-Identifier: MIT */
/* terminal_key.c — OpenSSL's EVP: PKCS#8 PEM with mode 0600, ECDSA over SHA-256. See terminal_key.h. */
#include "audit/terminal_key.h"

#include "base/secret.h"
#include "host/file.h"

#include <errno.h>
#include <inttypes.h>
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <stdio.h>

#define KEY "terminal.key"
#define PUB "terminal.pub"
#define PEM_MAX 4096
#define SIGNATURE_MAX 80 /* bytes of DER; P-256 needs 72 */

struct terminal_key {
        EVP_PKEY *pkey;
        char id[HASH_TEXT];
};

CLEANUP(bio, BIO *, BIO_free_all)
CLEANUP(md_ctx, EVP_MD_CTX *, EVP_MD_CTX_free)

/* An encrypted key would make OpenSSL ask at the terminal; there is nobody to ask. */
static int no_passphrase(char *to, int size, int writing, void *ctx) {
        (void)to, (void)size, (void)writing, (void)ctx;
        return -1;
}

static bool is_p256(EVP_PKEY *pkey) {
        char group[32] = "";

        return EVP_PKEY_is_a(pkey, "EC") && EVP_PKEY_get_group_name(pkey, group, sizeof group, NULL) == 1
               && strcmp(group, "prime256v1") == 0;
}

/* Takes ownership of the key, also on failure. */
static int terminal_key_adopt(EVP_PKEY *pkey, struct terminal_key **ret) {
        auto_terminal_key k = calloc(1, sizeof *k);
        uint8_t *der = NULL;
        int n, r;

        if (!k) {
                EVP_PKEY_free(pkey);
                return -ENOMEM;
        }
        k->pkey = pkey;
        if (!pkey || !is_p256(pkey))
                return -EBADMSG;
        n = i2d_PUBKEY(pkey, &der);
        if (n <= 0)
                return -EBADMSG;
        r = hash_text(der, (size_t)n, k->id);
        OPENSSL_free(der);
        if (r == 0)
                *ret = TAKE(k);
        return r;
}

void terminal_key_free(struct terminal_key *k) {
        if (!k)
                return;
        EVP_PKEY_free(k->pkey);
        free(k);
}

const char *terminal_key_id(const struct terminal_key *k) {
        return k->id;
}

int terminal_key_public(struct bytes pem, struct terminal_key **ret, struct err *err) {
        AUTO(bio) bio = pem.left <= PEM_MAX ? BIO_new_mem_buf(pem.at, (int)pem.left) : NULL;
        int r = bio ? terminal_key_adopt(PEM_read_bio_PUBKEY(bio, NULL, no_passphrase, NULL), ret) : -EBADMSG;

        return r < 0 ? err_say(err, r, "PEM 形式の公開鍵（EC P-256）ではありません",
                               "not the public half of an EC P-256 key in PEM")
                     : 0;
}

static int terminal_key_load(int dirfd, struct terminal_key **ret, struct err *err) {
        AUTO(bio) bio = NULL;
        uint8_t *pem = NULL;
        size_t n = 0;
        int r = file_read(dirfd, KEY, PEM_MAX, &pem, &n);

        if (r == -ENOENT)
                return r;
        if (r < 0)
                return err_say_errno(err, r, "「%s」を読めません", "read '%s'", KEY);
        bio = BIO_new_mem_buf(pem, (int)n);
        r = bio ? terminal_key_adopt(PEM_read_bio_PrivateKey(bio, NULL, no_passphrase, NULL), ret) : -ENOMEM;
        secret_wipe(pem, n);
        free(pem);
        return r < 0 ? err_set(err, r, "'%s' is not an EC P-256 key in PEM", KEY) : 0;
}

static struct bytes terminal_key_content(BIO *bio) {
        char *at = NULL;
        long n = BIO_get_mem_data(bio, &at);

        return bytes_of(at, n > 0 ? (size_t)n : 0);
}

static int terminal_key_make(int dirfd, struct terminal_key **ret, struct err *err) {
        AUTO(bio) bio = BIO_new(BIO_s_secmem()); /* wiped when freed */
        auto_terminal_key k = NULL;
        int r = terminal_key_adopt(EVP_EC_gen("P-256"), &k);

        if (r < 0 || !bio || PEM_write_bio_PKCS8PrivateKey(bio, k->pkey, NULL, NULL, 0, NULL, NULL) != 1)
                return err_set(err, r < 0 ? r : -EIO, "make the terminal's key");
        r = file_replace(dirfd, KEY, terminal_key_content(bio), 0600, err);
        if (r == 0)
                *ret = TAKE(k);
        return r;
}

static int terminal_key_publish(int dirfd, struct terminal_key *k, struct err *err) {
        AUTO(bio) bio = BIO_new(BIO_s_mem());
        auto_free uint8_t *old = NULL;
        size_t n = 0;

        if (!bio || PEM_write_bio_PUBKEY(bio, k->pkey) != 1)
                return err_say(err, -EIO, "「%s」を書けません", "write '%s'", PUB);
        if (file_read(dirfd, PUB, PEM_MAX, &old, &n) == 0 && bytes_equal(bytes_of(old, n), terminal_key_content(bio)))
                return 0;
        return file_replace(dirfd, PUB, terminal_key_content(bio), 0644, err);
}

int terminal_key_open(int dirfd, struct terminal_key **ret, struct err *err) {
        auto_terminal_key k = NULL;
        int r = terminal_key_load(dirfd, &k, err);

        if (r == -ENOENT)
                r = terminal_key_make(dirfd, &k, err);
        if (r == 0)
                r = terminal_key_publish(dirfd, k, err);
        if (r == 0)
                *ret = TAKE(k);
        return r;
}

static size_t terminal_key_message(uint64_t seq, const char *over, char *to, size_t size) {
        return (size_t)snprintf(to, size, "sekimori-checkpoint-v1\n%" PRIu64 "\n%s\n", seq, over);
}

int terminal_key_sign(struct terminal_key *k, uint64_t seq, const char *over, char ret[SIGNATURE_TEXT]) {
        AUTO(md_ctx) ctx = EVP_MD_CTX_new();
        uint8_t signature[SIGNATURE_MAX];
        size_t n = sizeof signature;
        char text[160];

        if (!ctx || EVP_DigestSignInit_ex(ctx, NULL, "SHA256", NULL, NULL, k->pkey, NULL) != 1
            || EVP_DigestSign(ctx, signature, &n, (uint8_t *)text, terminal_key_message(seq, over, text, sizeof text))
                       != 1)
                return -EIO;
        (void)EVP_EncodeBlock((uint8_t *)ret, signature, (int)n);
        return 0;
}

/* The number of bytes decoded from the base64 text, or 0. EVP_DecodeBlock counts the padding as zeros. */
static size_t terminal_key_decode(const char *text, uint8_t to[SIGNATURE_TEXT]) {
        size_t n = strlen(text);
        int got = n >= SIGNATURE_TEXT || n % 4 ? -1 : EVP_DecodeBlock(to, (const uint8_t *)text, (int)n);
        size_t padding = n < 2 ? 0 : (size_t)(text[n - 1] == '=') + (text[n - 2] == '=');

        return got <= 0 ? 0 : (size_t)got - padding;
}

bool terminal_key_verify(struct terminal_key *k, uint64_t seq, const char *over, const char *signature) {
        AUTO(md_ctx) ctx = EVP_MD_CTX_new();
        uint8_t raw[SIGNATURE_TEXT];
        size_t n = terminal_key_decode(signature, raw);
        char text[160];

        return n && ctx && EVP_DigestVerifyInit_ex(ctx, NULL, "SHA256", NULL, NULL, k->pkey, NULL) == 1
               && EVP_DigestVerify(ctx, raw, n, (uint8_t *)text, terminal_key_message(seq, over, text, sizeof text))
                          == 1;
}
