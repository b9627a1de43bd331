/* SPDX-License-Identifier: MIT */
/* table.h — rows and columns, whatever separates them: with a header, as most makers write them, or without, in the
 * orders that are known. */
#pragma once

#include "seeds/reading.h"

/* Is the first line a header? `principal`: one that names users as Entra ID does. */
bool table_has_header(const struct seeds_reading *r);
bool table_has_principals(const struct seeds_reading *r);

void table_read_headed(struct seeds_reading *r);
void table_read_principals(
        struct seeds_reading *r);              /* what Entra ID takes: SHA-1 and six digits where nothing else stands */
void table_read_list(struct seeds_reading *r); /* SERIAL SECRET …, or one secret */
