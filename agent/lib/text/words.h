/* SPDX-License-Identifier: MIT */
/* words.h — what people read, in Japanese and English side by side, rendered without a locale: the agent speaks the
 * policy's language whatever the system's is set to. No jargon, no blame: what, why, what now, whom.
 *
 * Every `to` is cut to `size` between characters, never inside one, and always ends with a NUL. */
#pragma once

#include "base/language.h"
#include "decision/facts.h"
#include "decision/policy.h"
#include "wire/notice.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum language language_of(const char *code); /* "en" is English; all else is Japanese */

/* 「USBメモリなどの記憶装置」 / "storage device": a set of enum kind, the gravest first; 0 is just a device. */
void words_kind_set(enum language l, uint32_t kinds, char *to, size_t size);

/* What people call a device on a bus other than USB; NULL for one on USB. */
const char *words_by_bus(enum language l, enum bus bus, bool optical);

/* Why the verdict is what it is, one short clause. */
const char *words_reason(enum language l, enum reason r);

/* What a device contradicts, one short clause; "" for MALFORMED_NOT. */
const char *words_malformed(enum language l, enum malformed m);

/* What people call the stage of that name, with the name that they type: 観察（observe）; an unknown name is returned
 * as it is. */
const char *words_stage_name(enum language l, const char *stage);

/* What holds in a stage of that name ("observe"), in a few words; "" for an unknown name. */
const char *words_stage(enum language l, const char *stage);

/* The whole message for the person at the desk. `request` may be NULL; `contact` may be "". The first is for a device
 * that was never let in, and says so; the second is for one that was in use and no longer may be: it claims nothing
 * about what was read or written before. */
void words_refusal(enum language l, const struct device_facts *f, const struct verdict *v, const char *request,
                   const char *contact, char *to, size_t size);
void words_revocation(enum language l, const struct device_facts *f, const struct verdict *v, const char *request,
                      const char *contact, char *to, size_t size);

/* That a device in use will be cut off at that minute of the day. */
void words_ending(enum language l, const struct device_facts *f, int32_t minute, char *to, size_t size);

/* The title of such a message, with the number: a desktop may cut off the end of a long text. `request` may be "". */
void words_title(enum language l, enum notice_kind kind, const char *request, char *to, size_t size);

/* A moment as people read it, with its offset, from RFC 3339 (a record's, or clock_text's): "2026年12月1日
 * 09:00:00（+09:00）", "2026-12-01 09:00:00 (+09:00)". Any other text is returned as it is, made printable. */
void words_time(enum language l, const char *rfc3339, char *to, size_t size);

/* Appended to a message: that there were `n` more. Nothing where n is 0. */
void words_more(enum language l, unsigned n, char *to, size_t size);

/* Untrusted bytes made printable: control and invisible characters, invalid UTF-8, bidirectional overrides and the
 * backslash itself become \xNN, one for each byte. What comes out is valid UTF-8, and two inputs never look alike. */
void words_escape(const char *from, char *to, size_t size);

/* The same for text that is escaped already but may have been tampered with since: the backslash stays. */
void words_clean(const char *from, char *to, size_t size);

/* Append to the text that `to` already holds. */
void words_add(char *to, size_t size, const char *format, ...) __attribute__((format(printf, 3, 4)));
