/* SPDX-License-Identifier: MIT */
/* token_file.h — a file of tokens' seeds, read as sekimori-seeds reads it. */
#pragma once

#include "seeds/reading.h"

/* The caller's, to reading_deinit(). `key`: "" for none. */
struct seeds_reading token_file_read(struct bytes raw, enum seeds_want want, const char *key);
struct seeds_reading token_file(const char *text); /* of a text, wanting tokens */

/* "2:1: the reason" of the first fault, in English; "" where there is none. The next call changes it. */
const char *token_file_said(const struct seeds_reading *r);
