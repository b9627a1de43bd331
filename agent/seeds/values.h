/* SPDX-License-Identifier: MIT */
/* values.h — what makers write into a token's other cells: its kind, its algorithm, its numbers, its names. Each cell
 * that is not understood is refused with its place. */
#pragma once

#include "seeds/reading.h"

/* One value of a row, at its column. "" says nothing. */
typedef void value_take(struct seeds_reading *r, struct seeds_row *row, uint32_t column, const char *text);
value_take value_user, value_principal, value_serial, value_algorithm, value_digits, value_period, value_kind,
        value_counter;

/* One that goes by the clock, by any of its names. */
bool value_is_totp(const char *kind);
