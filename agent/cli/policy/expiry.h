/* SPDX-License-Identifier: MIT */
/* expiry.h — the note that a policy has expired or soon will: printed by every verb that reads a policy. Nothing is
 * refused because of it, as no terminal stops enforcing. */
#pragma once

#include "base/bytes.h"
#include "base/err.h"
#include "decision/policy.h"

#include <stdbool.h>

#define EXPIRY_SOON_DAYS 30

/* False where it is good for longer; else *ret says until when. */
bool expiry_says(const struct policy *p, struct err *ret);

/* The same as a note on stderr, under the file's name. */
void expiry_note(const char *file, const struct policy *p);

/* The same for the content of an envelope; silent where that is no policy. */
void expiry_note_envelope(const char *file, struct bytes envelope);
