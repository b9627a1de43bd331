/* SPDX-License-Identifier: MIT */
/* signing.h — the signer's side of an envelope: a key from a file, and one more signature. Decides nothing. */
#pragma once

#include "base/bytes.h"
#include "base/err.h"
#include "signature/crypto.h"

/* A PEM private key. Its passphrase is asked for only where stdin is a terminal. Complains itself; returns an
 * enum exit_code. */
int signing_key(const char *path, EVP_PKEY **ret);

/* A new envelope over `text`, or `envelope` with a signature more (`openssl cms -sign` and `-resign` do the same). The
 * caller frees *ret. -EEXIST: that key has signed it already. -EBADMSG, -ENOMEM. */
int signing_start(struct bytes text, X509 *certificate, EVP_PKEY *key, char **ret, struct err *err);
int signing_join(struct bytes envelope, X509 *certificate, EVP_PKEY *key, char **ret, struct err *err);
