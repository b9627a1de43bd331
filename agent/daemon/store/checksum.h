/* SPDX-License-Identifier: MIT */
/* checksum.h — SHA-256 over a record and the name of its person, against accidental damage: a CRC would save a
 * microsecond and miss some. It is no protection against root. */
#pragma once

#include "base/bytes.h"
#include "host/digest.h"

#define CHECKSUM_MAX 1536 /* bytes of a record */

/* 0, -EINVAL (too long), -EIO. */
int checksum(struct bytes record, const char *user, uint8_t ret[DIGEST_SIZE]);

bool checksum_is(struct bytes record, const char *user, const uint8_t expected[DIGEST_SIZE]);
