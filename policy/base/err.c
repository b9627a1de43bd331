/* SPDX-License-Identifier: MIT */
/* err.c — vsnprintf(3) for both languages; a UTF-8 character cut at the buffer's end is removed. See err.h. */
#include "base/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* A character that was cut in two at the end goes as a whole. */
static void drop_partial(char *text) {
        size_t n = strlen(text), back = 1;

        while (back <= n && back < 4 && ((unsigned char)text[n - back] & 0xc0) == 0x80)
                back++;
        if (back > n)
                return;
        unsigned char first = (unsigned char)text[n - back];
        size_t whole = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc0 ? 2 : 1;

        if (back < whole)
                text[n - back] = '\0';
}

/* `behind` (NULL: nothing) follows after ": ". */
static void write_line(char *to, size_t size, const char *behind, const char *format, va_list ap) {
        size_t have;

        (void)vsnprintf(to, size, format, ap);
        have = strlen(to);
        if (behind)
                (void)snprintf(to + have, size - have, ": %s", behind);
        drop_partial(to);
}

/* Write the line in both languages; `tail` may be `err` itself. */
static void write_both(struct err *err, const struct err *tail, const char *ja, const char *en, va_list ap) {
        const struct err before = tail ? *tail : (struct err){ "" };
        va_list again;

        va_copy(again, ap);
        write_line(err->ja, sizeof err->ja, tail ? before.ja : NULL, ja, again);
        va_end(again);
        write_line(err->text, sizeof err->text, tail ? before.text : NULL, en, ap);
}

static struct err err_reasons(int code) {
        struct err e;

        (void)snprintf(e.text, sizeof e.text, "%s", err_reason(code, LANGUAGE_EN));
        (void)snprintf(e.ja, sizeof e.ja, "%s", err_reason(code, LANGUAGE_JA));
        return e;
}

/* The common body of six functions: they differ in the tail, and in whether both languages have the same format. */
#define WRITE(err, code, tail, last, ja, en)                                                                           \
        do {                                                                                                           \
                va_list ap_;                                                                                           \
                if (!(err))                                                                                            \
                        return (code);                                                                                 \
                va_start(ap_, last);                                                                                   \
                write_both(err, tail, ja, en, ap_);                                                                    \
                va_end(ap_);                                                                                           \
                return (code);                                                                                         \
        } while (0)

int err_say(struct err *err, int code, const char *ja, const char *en, ...) {
        WRITE(err, code, NULL, en, ja, en);
}

int err_set(struct err *err, int code, const char *format, ...) {
        WRITE(err, code, NULL, format, format, format);
}

int err_say_wrap(struct err *err, int code, const char *ja, const char *en, ...) {
        WRITE(err, code, err, en, ja, en);
}

int err_wrap(struct err *err, int code, const char *format, ...) {
        WRITE(err, code, err, format, format, format);
}

int err_say_errno(struct err *err, int code, const char *ja, const char *en, ...) {
        const struct err reason = err_reasons(code);

        WRITE(err, code, &reason, en, ja, en);
}

int err_errno(struct err *err, int code, const char *format, ...) {
        const struct err reason = err_reasons(code);

        WRITE(err, code, &reason, format, format, format);
}

static void err_append_text(char *to, size_t size, const char *between, const char *more) {
        size_t have = strlen(to);

        (void)snprintf(to + have, size - have, "%s%s", between, more);
        drop_partial(to);
}

void err_append(struct err *err, const char *between, const struct err *more) {
        if (!err)
                return;
        err_append_text(err->text, sizeof err->text, between, more->text);
        err_append_text(err->ja, sizeof err->ja, between, more->ja);
}

const char *err_text(const struct err *err, enum language l) {
        return SAY(l, err->ja, err->text);
}
