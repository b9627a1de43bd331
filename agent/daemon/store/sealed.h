/* SPDX-License-Identifier: MIT */
/* sealed.h — bytes that nobody reads or changes without the key, bound to a person's name: AES-256-GCM with a random
 * 96-bit nonce (NIST SP 800-38D §8.2.2: good for 2^32 seals under one key). Knows no file and not what is in it.
 *
 *   "SKSEALED" 01 | key id (16) | nonce (12) | ciphertext | tag (16)       all before the nonce, and the name, is AAD
 */
#pragma once

#include "store/key.h"

#include "base/bytes.h"

#define SEALED_MORE 53 /* bytes that sealing adds */

/* `to` has room for plain.left + SEALED_MORE. 0 or -EIO. */
int sealed_make(const uint8_t key[KEY_SIZE], const char *user, struct bytes plain, uint8_t *to);

/* `to` has room for from.left; *ret_n is the length of the content. -ENOKEY: sealed under another key. -EBADMSG: not
 * whole, changed, or somebody else's. `to` is all zero on failure. */
int sealed_open(const uint8_t key[KEY_SIZE], const char *user, struct bytes from, uint8_t *to, size_t *ret_n);
