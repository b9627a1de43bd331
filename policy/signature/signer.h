/* SPDX-License-Identifier: MIT */
/* signer.h — one person who may sign: a certificate whose key is fit for it. Knows no chain, no authority, no clock. */
#pragma once

#include "base/bytes.h"
#include "base/err.h"
#include "signature/crypto.h"

#include <stdbool.h>

struct signer {
        X509 *certificate;
        char *name; /* its subject */
};

/* From a whole DER certificate. Refused: bytes behind it, a key that is neither RSA >= 2048 nor P-256 nor P-384, a
 * keyUsage without digitalSignature. -EBADMSG, -ENOMEM. */
int signer_init(struct signer *s, struct bytes der, struct err *err);
void signer_deinit(struct signer *s);

/* The same public key, however many certificates were made for it. */
bool signer_same_key(const struct signer *a, const struct signer *b);

/* -1: not valid yet at that second (since 1970), 1: no longer, 0: valid. */
int signer_validity(const struct signer *s, int64_t at_s);

/* The second of its notBefore, or of its notAfter; 0 where that cannot be read, and then it is never valid. */
int64_t signer_from(const struct signer *s);
int64_t signer_until(const struct signer *s);

/* NULL where the key is fit to sign policies, else why not. */
const struct phrase *signer_key_unfit(const EVP_PKEY *key);
