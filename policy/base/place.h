/* SPDX-License-Identifier: MIT */
/* place.h — where something stands in a policy's text, and the refusal that names the place. */
#pragma once

#include "base/err.h"

#include <stdarg.h>

struct place {
        unsigned line, column; /* from 1; characters, not bytes */
};

/* "line:column: reason"; returns -EBADMSG. */
int refuse_at(struct err *err, struct place at, const char *ja, const char *en, ...)
        __attribute__((format(printf, 3, 5), format(printf, 4, 5)));
int refuse_at_list(struct err *err, struct place at, const char *ja, const char *en, va_list ap)
        __attribute__((format(printf, 3, 0), format(printf, 4, 0)));

/* Returns -ENOMEM. */
int refuse_memory(struct err *err);
