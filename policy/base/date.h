/* SPDX-License-Identifier: MIT */
/* date.h — calendar days and instants as a policy writes them. Knows no clock and no time zone. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* "2026-12-01", 1970…9999, a day that exists. *ret counts days since 1970-01-01. */
bool date_parse(const char *s, int32_t *ret_day);

/* RFC 3339 with an offset ("2026-12-01T09:00:00+09:00", "…Z"; a fraction is read over). *ret counts seconds since
 * 1970 UTC and is never negative. A leap second is refused: no clock of ours shows one. */
bool instant_parse(const char *s, int64_t *ret_s);

#define DATE_TEXT 12
void date_text(int32_t day, char to[DATE_TEXT]);

/* 0 Monday … 6 Sunday. */
unsigned weekday(int32_t day);
