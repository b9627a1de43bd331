/* SPDX-License-Identifier: MIT */
/* tally_record.h — a tally as bytes. Knows no file. */
#pragma once

#include "store/tally.h"

#include "base/bytes.h"

#define TALLY_RECORD 1536 /* bytes of one record: content, zeros, checksum */

/* The checksum covers `user`: a record copied from another person is not accepted. 0 or -EIO. */
int tally_record_make(const struct tally *t, const char *user, uint8_t ret[TALLY_RECORD]);

/* -EBADMSG: not a whole record of this person; *ret is untouched. */
int tally_record_parse(struct bytes from, const char *user, struct tally *ret);
