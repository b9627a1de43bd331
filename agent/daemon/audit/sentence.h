/* SPDX-License-Identifier: MIT */
/* sentence.h — a record as one line that people read. The record may come from a file that was tampered with: whatever
 * is missing or of another type is left out, and every text is made printable. */
#pragma once

#include "text/words.h"

#include <jansson.h>

#define SENTENCE_MAX 2048

/* What happened, then rule, request number and policy, without the time. */
void sentence_of(enum language l, const json_t *record, char *to, size_t size);

/* Its reason as people read it; "" where it has none. */
void sentence_reason(enum language l, const json_t *record, char *to, size_t size);

/* A member's text made printable; "" where there is none. */
void sentence_text(const json_t *record, const char *key, char *to, size_t size);
