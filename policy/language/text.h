/* SPDX-License-Identifier: MIT */
/* text.h — checks that a text is valid and shows all that it says. Looks at characters, before anything is parsed. */
#pragma once

#include "base/bytes.h"
#include "base/err.h"
#include "language/outline.h"

/* The whole file: at most POLICY_TEXT_MAX bytes of UTF-8 without a byte order mark, without NUL, without characters
 * that hide but tab, LF and CR LF. -EBADMSG with "line:column: reason". */
int text_check(struct bytes text, struct err *err);

/* One value, as escapes left it: NUL or a hiding character other than tab and LF is a reason; NULL where it is fine. */
const struct phrase *value_fault(const char *s, size_t n);
