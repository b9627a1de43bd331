/* SPDX-License-Identifier: MIT */
/* digest.c — EVP_MD_fetch once, with OPENSSL_INIT_NO_LOAD_CONFIG; then EVP_Digest for each call. See digest.h. */
#include "host/digest.h"

#include <errno.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>

int digest_sha256(struct bytes from, uint8_t ret[DIGEST_SIZE]) {
        static EVP_MD *sha256; /* an explicit fetch costs more than the digest: keep it */

        if (!sha256) {
                (void)OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, NULL);
                sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
        }
        if (!sha256 || EVP_Digest(from.at, from.left, ret, NULL, sha256, NULL) != 1)
                return -EIO;
        return 0;
}
