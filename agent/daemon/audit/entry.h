/* SPDX-License-Identifier: MIT */
/* entry.h — how a record gets into the log: begun, filled, committed. audit.c offers it to the files that record. */
#pragma once

#include "audit/record.h"

/* Begin a record of this kind if the log can take one; only on success is there something to commit. */
int entry_begin(struct audit *a, enum event e, struct record *ret);

/* Write the record down and end it. */
int entry_commit(struct audit *a, struct record *r);
