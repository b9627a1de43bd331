/* SPDX-License-Identifier: MIT */
/* sealed.c — AES-256-GCM by OpenSSL's EVP, nonces from getrandom(2); unverified output is wiped. See sealed.h. */
#include "store/sealed.h"

#include "base/secret.h"
#include "signature/crypto.h"

#include <errno.h>
#include <limits.h>
#include <sys/random.h>

#define MAGIC "SKSEALED\1"
#define MAGIC_SIZE 9
#define HEAD (MAGIC_SIZE + KEY_ID_SIZE)
#define NONCE 12
#define TAG 16

_Static_assert(SEALED_MORE == HEAD + NONCE + TAG, "what sealing adds");

CLEANUP(cipher, EVP_CIPHER_CTX *, EVP_CIPHER_CTX_free)
#define auto_cipher AUTO(cipher)

static EVP_CIPHER *sealed_gcm(void) {
        static EVP_CIPHER *fetched;

        if (!fetched) {
                crypto_start();
                fetched = EVP_CIPHER_fetch(NULL, "AES-256-GCM", NULL);
        }
        return fetched;
}

/* Sets up the cipher, and feeds it the data that is bound in (AAD). NULL: OpenSSL failed. */
static EVP_CIPHER_CTX *sealed_begin(const uint8_t *key, const uint8_t *head, const char *user, bool sealing) {
        auto_cipher c = EVP_CIPHER_CTX_new();
        int n;

        if (!c || EVP_CipherInit_ex2(c, sealed_gcm(), key, head + HEAD, sealing, NULL) != 1
            || EVP_CipherUpdate(c, NULL, &n, head, HEAD) != 1
            || EVP_CipherUpdate(c, NULL, &n, (const uint8_t *)user, (int)strlen(user)) != 1)
                return NULL;
        return TAKE(c);
}

int sealed_make(const uint8_t key[KEY_SIZE], const char *user, struct bytes plain, uint8_t *to) {
        auto_cipher c = NULL;
        uint8_t *text = to + HEAD + NONCE;
        int n = 0, rest = 0;

        memcpy(to, MAGIC, MAGIC_SIZE);
        if (plain.left > INT_MAX || key_id(key, to + MAGIC_SIZE) < 0 || getrandom(to + HEAD, NONCE, 0) != NONCE)
                return -EIO;
        c = sealed_begin(key, to, user, true);
        if (!c || EVP_EncryptUpdate(c, text, &n, plain.at, (int)plain.left) != 1
            || EVP_EncryptFinal_ex(c, text + n, &rest) != 1 || (size_t)(n + rest) != plain.left
            || EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_AEAD_GET_TAG, TAG, text + plain.left) != 1)
                return -EIO;
        return 0;
}

static int open_text(EVP_CIPHER_CTX *c, struct bytes text, struct bytes tag, uint8_t *to) {
        int n = 0, rest = 0;

        if (!c)
                return -EIO;
        if (EVP_DecryptUpdate(c, to, &n, text.at, (int)text.left) != 1
            || EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_AEAD_SET_TAG, TAG, (void *)tag.at) != 1
            || EVP_DecryptFinal_ex(c, to + n, &rest) != 1 || (size_t)(n + rest) != text.left)
                return -EBADMSG;
        return 0;
}

int sealed_open(const uint8_t key[KEY_SIZE], const char *user, struct bytes from, uint8_t *to, size_t *ret_n) {
        const uint8_t *head = from.at;
        size_t room = from.left, n = from.left - SEALED_MORE;
        auto_cipher c = NULL;
        uint8_t id[KEY_ID_SIZE];
        struct bytes text;
        int r;

        memset(to, 0, room);
        if (room < SEALED_MORE || n > INT_MAX || memcmp(head, MAGIC, MAGIC_SIZE) != 0)
                return -EBADMSG;
        if (key_id(key, id) < 0)
                return -EIO;
        if (memcmp(id, head + MAGIC_SIZE, KEY_ID_SIZE) != 0)
                return -ENOKEY;
        (void)bytes_take(&from, HEAD + NONCE);
        text = bytes_take(&from, n);
        c = sealed_begin(key, head, user, false);
        r = open_text(c, text, from, to);
        if (r == 0)
                *ret_n = n;
        else
                secret_wipe(to, room); /* what was decrypted before the tag was checked */
        return r;
}
