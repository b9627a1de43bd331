/* SPDX-License-Identifier: MIT */
/* expiry.h — the notes that a policy, or a certificate that the next one needs, has expired or soon will: printed by
 * every verb that reads a policy. Nothing is refused because of them, as no terminal stops enforcing. */
#pragma once

#include "base/bytes.h"
#include "base/err.h"
#include "decision/policy.h"

#include <stdbool.h>

#define EXPIRY_SOON_DAYS 30

/* False where it is good for longer; else *ret says until when. */
bool expiry_says(const struct policy *p, struct err *ret);

/* False where the policy after it could be signed for longer than a month from `at_s` on; else *ret says who cannot. */
bool expiry_says_signers(const struct policy *p, int64_t at_s, struct err *ret);

/* Both as notes on stderr, under the file's name. `at_s` is the policy's `issued`. */
void expiry_note(const char *file, const struct policy *p);

/* The same for the content of an envelope, and who signed it with a certificate that has expired meanwhile; silent
 * where that is no policy. */
void expiry_note_envelope(const char *file, struct bytes envelope);
