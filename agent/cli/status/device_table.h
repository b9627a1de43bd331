/* SPDX-License-Identifier: MIT */
/* device_table.h — the elements of `devices --json` as a table for people. Knows the elements' members, not where they
 * come from. */
#pragma once

#include "text/words.h"

#include <jansson.h>

void device_table_print(const json_t *elements, enum language l);
