/* SPDX-License-Identifier: MIT */
/* outline.h — the strict first reading of a policy's text: refuses what YAML offers and a policy must not use, and
 * remembers where everything stands. Knows no key's meaning. */
#pragma once

#include "base/bytes.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "base/place.h"

#include <stdint.h>

#define OUTLINE_DEPTH 8 /* mappings and sequences within each other */
#define OUTLINE_KEYS 32 /* of one mapping */

struct outline;

/* A node is a number; NODE_NONE where there is none. */
#define NODE_NONE UINT32_MAX
#define NODE_ROOT 0

/* Refused, each with "line:column: reason": beyond POLICY_TEXT_MAX; NUL, invalid UTF-8, a byte order mark; characters
 * that hide (character_hides) as they stand or by an escape; aliases, anchors, tags, directives; an empty document or
 * more than one; anything but a mapping outermost; deeper than OUTLINE_DEPTH; a key that is not plain text, or stands
 * there twice. -EBADMSG, -ENOMEM. */
int outline_read(struct bytes text, struct outline **ret, struct err *err);

/* The value of `key` in a mapping; the first item of a sequence; what follows it there. */
uint32_t outline_key(const struct outline *o, uint32_t mapping, const char *key);
uint32_t outline_first(const struct outline *o, uint32_t node);
uint32_t outline_next(const struct outline *o, uint32_t node);

/* Where a node starts; 1:1 for NODE_NONE. */
struct place outline_place(const struct outline *o, uint32_t node);

/* Where the key stands under which a node is the value; the node's own place where it has none. */
struct place outline_key_place(const struct outline *o, uint32_t node);

/* Where the first key of this name stands at or after a place; the place itself where there is none. */
struct place outline_key_after(const struct outline *o, struct place from, const char *key);

void outline_free(struct outline *o); /* NULL is fine */
CLEANUP(outline, struct outline *, outline_free)
#define auto_outline AUTO(outline)
