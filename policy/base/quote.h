/* SPDX-License-Identifier: MIT */
/* quote.h — untrusted text, made fit to stand in one line of a message: 'quoted', escaped, cut. */
#pragma once

#include "base/language.h"

#include <stdbool.h>
#include <stddef.h>

#define QUOTE_MAX 128

struct quoted {
        char text[QUOTE_MAX];
};

/* Printable ASCII and well-formed UTF-8 stay readable; every other byte becomes \xNN. */
struct quoted quote(const char *s);
struct quoted quote_in(enum language l, const char *s); /* 「quoted」 in Japanese */

/* The same without quotes, for a sentence that has its own: 「%s」 in one language, '%s' in the other. */
struct quoted shown(const char *s);

/* The length of the UTF-8 sequence at `s` (never past `n` bytes), or 0 where it is not well-formed (RFC 3629: no
 * surrogates, no overlong forms, nothing beyond U+10FFFF). *ret is the code point. */
size_t utf8_next(const char *s, size_t n, unsigned *ret);

/* Characters that show nothing yet change how a line reads: controls, line separators that editors do not break at,
 * and the ones that turn the direction of writing. */
bool character_hides(unsigned c);
