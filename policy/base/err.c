/* SPDX-License-Identifier: MIT */
/* err.c — see err.h. */
#include "base/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

int err_set(struct err *err, int code, const char *format, ...) {
        va_list ap;

        if (!err)
                return code;
        va_start(ap, format);
        (void)vsnprintf(err->text, sizeof err->text, format, ap);
        va_end(ap);
        return code;
}

static void say_before(struct err *err, const char *tail, const char *format, va_list ap) {
        size_t have;

        (void)vsnprintf(err->text, sizeof err->text, format, ap);
        have = strlen(err->text);
        (void)snprintf(err->text + have, sizeof err->text - have, ": %s", tail);
}

int err_wrap(struct err *err, int code, const char *format, ...) {
        struct err inner;
        va_list ap;

        if (!err)
                return code;
        inner = *err;
        va_start(ap, format);
        say_before(err, inner.text, format, ap);
        va_end(ap);
        return code;
}

int err_errno(struct err *err, int code, const char *format, ...) {
        va_list ap;

        if (!err)
                return code;
        va_start(ap, format);
        say_before(err, strerrordesc_np(code < 0 ? -code : code), format, ap);
        va_end(ap);
        return code;
}
