/* SPDX-License-Identifier: MIT */
/* words.h — what people read, in Japanese and English side by side, rendered without a locale: the agent speaks the
 * policy's language whatever the system's is set to. No jargon, no blame: what, why, what now, whom. */
#pragma once

#include "facts.h"
#include "policy.h"

#include <stddef.h>

enum language { LANGUAGE_JA, LANGUAGE_EN, LANGUAGES };

enum language language_of(const char *code); /* "en" is English; all else is Japanese */

/* 「USBメモリなどの記憶装置」 / "storage": the kinds of a device, the gravest first. */
void words_kinds(enum language l, const struct device_facts *f, char *to, size_t size);

/* Why the verdict is what it is, one short clause. */
const char *words_reason(enum language l, enum reason r);

/* The whole message for the person at the desk. `request` may be NULL; `contact` may be "". */
void words_refusal(enum language l, const struct device_facts *f, const struct verdict *v, const char *request,
                   const char *contact, char *to, size_t size);

/* A stranger's bytes made printable: control characters, invalid UTF-8 and bidirectional overrides become \xNN. */
void words_escape(const char *from, char *to, size_t size);
