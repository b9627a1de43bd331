/* SPDX-License-Identifier: MIT */
/* factors_record.h — factors as bytes: the part that is sealed, and the recovery codes, which are not. Knows no file
 * and no key. */
#pragma once

#include "store/factors.h"

#include "base/bytes.h"

#define FACTORS_PLAIN 2048 /* bytes, at most, of what gets sealed */
#define FACTORS_CODES_SIZE 1024

/* Bytes used. -EINVAL: more than there is room for, or a token that makes no sense. */
int factors_plain_make(const struct factors *f, uint8_t ret[FACTORS_PLAIN]);

/* -EBADMSG: not whole, or not sound; `ret` is untouched. Sets next_id, tokens and cards only. */
int factors_plain_parse(struct bytes from, struct factors *ret);

/* The same for codes_id and codes; with a checksum that covers the name. -EIO where there is no digest. */
int factors_codes_make(const struct factors *f, const char *user, uint8_t ret[FACTORS_CODES_SIZE]);
int factors_codes_parse(struct bytes from, const char *user, struct factors *ret);
