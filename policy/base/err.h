/* SPDX-License-Identifier: MIT */
/* err.h — one line that says what went wrong, in both languages, gaining context on its way up.
 *
 * A message that a person may read is given in both languages, with the same arguments in the same order (or by
 * number: %2$s):
 *
 *         return err_say(err, -EBADMSG, "%u:%u: 「%s」は使えない値です", "%u:%u: unknown value '%s'", line, column,
 *                        value);
 *         return err_say_wrap(err, r, "%s に署名できません", "cannot sign '%s'", path);
 *         return err_say_errno(err, -errno, "「%s」を読めません", "read '%s'", path);
 *
 * err_set, err_wrap and err_errno put the same into both: for what has no words (a path, a place in a file), for what
 * others said (OpenSSL, a helper), and for what only a developer or the journal will ever see. The printing code takes
 * err_text() in the language of the reader; logs and records are English. */
#pragma once

#include "base/language.h"

#define ERR_TEXT 512
#define ERR_TEXT_JA 768 /* three bytes for most characters */

struct err {
        char text[ERR_TEXT];  /* in English; always NUL-terminated; cut between characters, never overrun */
        char ja[ERR_TEXT_JA]; /* the same in Japanese */
};

/* Set the message. Returns `code` (negative errno), so that callers can `return err_say(...)`. A NULL err is fine
 * everywhere: then only the code is returned. */
int err_say(struct err *err, int code, const char *ja, const char *en, ...)
        __attribute__((format(printf, 3, 5), format(printf, 4, 5)));
int err_set(struct err *err, int code, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* Put context before what is already said: "load '/etc/x': 7:11: unknown kind". Returns `code`. */
int err_say_wrap(struct err *err, int code, const char *ja, const char *en, ...)
        __attribute__((format(printf, 3, 5), format(printf, 4, 5)));
int err_wrap(struct err *err, int code, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* Like err_say and err_set, with ": " and err_reason(code) behind it. */
int err_say_errno(struct err *err, int code, const char *ja, const char *en, ...)
        __attribute__((format(printf, 3, 5), format(printf, 4, 5)));
int err_errno(struct err *err, int code, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* Append the text of `more`, in each language its own. */
void err_append(struct err *err, const char *between, const struct err *more);

/* What it says in that language. */
const char *err_text(const struct err *err, enum language l);

/* What the system would say of -code or code: strerrordesc_np() in both languages. Never NULL. */
const char *err_reason(int code, enum language l);
