/* SPDX-License-Identifier: MIT */
/* err.h — one line that says what went wrong, gaining context on its way up. */
#pragma once

#define ERR_TEXT 512

struct err {
        char text[ERR_TEXT]; /* always NUL-terminated; cut, never overrun */
};

/* Say it for the first time. Returns `code` (negative errno), so that callers can `return err_set(...)`.
 * A NULL err is fine everywhere: then only the code travels. */
int err_set(struct err *err, int code, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* Put context before what is already said: "load '/etc/x': 7:11: unknown kind". Returns `code`. */
int err_wrap(struct err *err, int code, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* Like err_set, with ": " and the system's words for -code behind it. */
int err_errno(struct err *err, int code, const char *format, ...) __attribute__((format(printf, 3, 4)));
