/* SPDX-License-Identifier: MIT */
/* secrets.h — the secrets of a file's rows, read together: base32 or hexadecimal is decided for all of them. */
#pragma once

#include "seeds/reading.h"

/* A cell's text, with what stands in front of it: "hex:", "base32:". */
void secrets_write(struct seeds_reading *r, struct reading_row *row, uint32_t column, const char *text);

/* Read every row's secret. r->alphabet: what the format or a heading says; else the rows decide, and where none does,
 * each is refused. */
void secrets_decide(struct seeds_reading *r);

/* Blanks within a secret: groups of one length, as people print them, and not two things in one cell. */
bool secrets_is_one(const char *text);

/* Has a spreadsheet made a number of it that has lost its digits (2.6E+12)? */
bool secrets_is_rounded(const char *text);
