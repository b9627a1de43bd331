/* SPDX-License-Identifier: MIT */
/* format.h — what a file of tokens can be: one table, a row for each format. A new one is a row and its two functions.
 */
#pragma once

#include "seeds/reading.h"

/* Recognise the file by its content, never by its name, and read it: r->raw and r->asked are set. What it was, its rows
 * or what is refused are in *r then. */
void format_read(struct seeds_reading *r);
