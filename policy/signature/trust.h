/* SPDX-License-Identifier: MIT */
/* trust.h — who may sign the next policy, and how many of them it takes.
 *
 * As a file (trust.pem) it is one line `threshold: N` and PEM certificates behind it; without the line every
 * certificate must sign. Blank lines and # comments are fine between them, other text is not. The same form is pinned
 * at installation and kept beside each policy in the store. */
#pragma once

#include "base/bytes.h"
#include "base/cleanup.h"
#include "base/err.h"

struct trust;
struct signer; /* signer.h */

/* Parse trust.pem. Refused: no certificate, the same key twice, a threshold of 0 or beyond the number of certificates,
 * a key that is neither RSA >= 2048 nor P-256 nor P-384, a keyUsage without digitalSignature. -EBADMSG, -ENOMEM. */
int trust_parse(struct bytes text, struct trust **ret, struct err *err);

/* The same from single PEM certificates, as a policy carries them. */
int trust_from_pem(const char *const *pem, size_t n, unsigned threshold, struct trust **ret, struct err *err);

/* trust.pem's text; the caller frees. */
int trust_text(const struct trust *t, char **ret, struct err *err);

unsigned trust_threshold(const struct trust *t);

/* The i-th of them, or NULL behind the last. Owned by the trust. */
const struct signer *trust_signer(const struct trust *t, size_t i);
void trust_free(struct trust *t); /* NULL is fine */
CLEANUP(trust, struct trust *, trust_free)
#define auto_trust AUTO(trust)
