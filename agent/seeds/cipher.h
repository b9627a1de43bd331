/* SPDX-License-Identifier: MIT */
/* cipher.h — the algorithms of XML Encryption and XML Signature that we know, by the URIs that name them. Knows no XML.
 */
#pragma once

#include "base/bytes.h"

#include <openssl/evp.h>

#define CIPHER_TEXT 1024 /* bytes of one value at most */
#define CIPHER_KEY 64

struct cipher {
        const char *uri;
        const EVP_CIPHER *(*evp)(void);
        size_t key; /* bytes */
        bool wrap;  /* RFC 3394: it tells itself whether the value was changed */
};

/* NULL: not one of ours. */
const struct cipher *cipher_of(const char *uri);
const EVP_MD *cipher_mac_of(const char *uri);

/* The value; -EBADMSG. `to` has CIPHER_TEXT bytes. */
int cipher_open(const struct cipher *c, const uint8_t *key, struct bytes value, uint8_t *to, size_t *ret_n);
bool cipher_mac_fits(const EVP_MD *md, struct bytes key, struct bytes value, struct bytes mac);

/* Base64 with blanks in it. `to` has `size` bytes. */
int cipher_base64(const char *text, uint8_t *to, size_t size, size_t *ret_n);
