/* SPDX-License-Identifier: MIT */
/* envelope.h — a signed policy as a file: PEM CMS SignedData (RFC 5652), attached, as `openssl cms` makes and reads it.
 *
 * Opening says which trusted signers signed exactly the text that comes out. Nothing in it is parsed as YAML here,
 * and certificates that travel inside the envelope count for nothing. */
#pragma once

#include "base/bytes.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "signature/trust.h"

struct envelope;

/* Refused, each with its own reason: larger than POLICY_TEXT_MAX, anything before or behind the one PEM block, bytes
 * behind the DER, another content type than id-data, detached, no signed attributes, a digest weaker than SHA-256,
 * fewer than the threshold of distinct trusted keys. A signature by a stranger counts for nothing but does no harm
 * (trust rotates with old and new signers in one envelope). -EBADMSG, -EKEYREJECTED (below threshold), -ENOMEM. */
int envelope_open(struct bytes pem, const struct trust *trust, struct envelope **ret, struct err *err);

/* The signed text, owned by the envelope. */
struct bytes envelope_text(const struct envelope *e);

/* Judged once `issued` is known from the text: enough of the counted signers' certificates must be valid then.
 * Not at the wall clock, which may be wrong on an isolated terminal. -EKEYEXPIRED. */
int envelope_valid_at(const struct envelope *e, int64_t issued_s, struct err *err);

/* The names (certificate subjects) of the signers that counted. */
size_t envelope_signers(const struct envelope *e, const char *const **ret_names);

/* The text WITHOUT any verification, for showing and comparing only: never let it decide anything. The caller frees
 * *ret, which has a NUL behind it. -EBADMSG, -ENOMEM. */
int envelope_peek(struct bytes pem, uint8_t **ret, size_t *ret_size, struct err *err);

void envelope_free(struct envelope *e); /* NULL is fine */
CLEANUP(envelope, struct envelope *, envelope_free)
#define auto_envelope AUTO(envelope)
