/* SPDX-License-Identifier: MIT */
/* entry.h — how a record gets into the log: begun, filled, committed. What audit.c has for the files that record. */
#pragma once

#include "audit/record.h"

/* Begin a record of this kind where the log can take one; only then is there something to commit. */
int entry_begin(struct audit *a, enum event e, struct record *ret);

/* Write the record down and end it. */
int entry_commit(struct audit *a, struct record *r);
