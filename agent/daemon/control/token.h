/* SPDX-License-Identifier: MIT */
/* token.h — a token as people and JSON write it. */
#pragma once

#include "store/factors.h"

#include <stddef.h>

const char *algorithm_name(enum totp_algorithm a);                    /* "sha1" */
bool algorithm_from_name(const char *name, enum totp_algorithm *ret); /* of either case, "SHA-1" too */
size_t algorithm_secret_size(enum totp_algorithm a);                  /* bytes of a new secret: 20, 32, 64 */
bool token_is_fit(const struct token *t); /* digits, period, and a secret of 128 bits or more */

/* A name that people read: valid UTF-8 without control characters, not empty, and short enough for a label. */
bool label_is_fit(const char *label);
