/* SPDX-License-Identifier: MIT */
/* device_table.h — the elements of `devices --json` as a table for people, aligned also where letters are two columns
 * wide. Knows the elements' members, not where they come from. */
#pragma once

#include "notify/words.h"

#include <jansson.h>

void device_table_print(const json_t *elements, enum language l);

/* How many columns of a terminal this valid UTF-8 takes (in the locale's LC_CTYPE). */
int columns_of(const char *text);

/* Cut to at most `max` columns, with "…" at the end of what was cut. */
void columns_cut(const char *text, int max, char *to, size_t size);
