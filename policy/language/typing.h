/* SPDX-License-Identifier: MIT */
/* typing.h — characters that look like those of the language and are others: full-width ones as an input method leaves
 * them, spaces that are none, tabs. They are fine in names and titles; asked only where something was refused. */
#pragma once

#include "base/bytes.h"
#include "base/err.h"
#include "language/outline.h"

struct misfit {
        struct place at; /* its line and column, from misfit_in_lines() only */
        unsigned character;
};

/* The first one in a value. */
bool misfit_in(const char *value, struct misfit *ret);

/* The first one in these lines that stands where it would mean something: in an indentation, before or behind a colon
 * or a dash. Not in quotes, not in a comment. Else the one with which the line before them begins, or its key ends. */
bool misfit_in_lines(struct bytes text, unsigned first, unsigned last, struct misfit *ret);

/* What it is, and what belongs there; "line:column: " is before it. Returns -EBADMSG. */
int misfit_refuse(struct err *err, const struct misfit *m);

/* Append the same to an error about a value, where there is one in it. Returns `r`. */
int misfit_hint(struct err *err, int r, const char *value);
