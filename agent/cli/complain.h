/* SPDX-License-Identifier: MIT */
/* complain.h — the one printer of errors: a line on stderr in the language of this run. Each returns `code`, so that
 * callers can `return complain(...)`; notes that stop nothing have EXIT_OK. */
#pragma once

#include "base/err.h"

enum exit_code {
        EXIT_OK,
        EXIT_REFUSED,
        EXIT_USAGE,
        EXIT_COULD_NOT,
        EXIT_UNPROVEN /* audit verify: nothing speaks against the log, and nothing shows whose it is */
};

/* "sekimori: ", and the text of that language: both take the same arguments. */
int complain(int code, const char *ja, const char *en, ...) __attribute__((format(printf, 2, 4), format(printf, 3, 4)));

/* "sekimori: WHAT: reason"; `what` is a path or the like, or NULL. */
int complain_err(int code, const char *what, const struct err *err);
int complain_errno(int code, const char *what, int error); /* errno or -errno */

/* "sekimori: WHAT: note: text", of what stops nothing; nothing where err says nothing. */
void complain_note(const char *what, const struct err *err);

/* "FILE:LINE:COLUMN: reason", from which editors can jump to the place: the reason begins with LINE:COLUMN, or has
 * none. */
int complain_in(int code, const char *file, const struct err *err);

/* Complain of two failures that every verb can have: no memory, an answer that cannot be written. Return
 * EXIT_COULD_NOT. */
int complain_memory(void);
int complain_unwritten(void);
