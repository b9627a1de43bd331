/* SPDX-License-Identifier: MIT */
/* digest.h — SHA-256 by OpenSSL, fetched once, without any configuration file or environment variable. */
#pragma once

#include "base/bytes.h"

#define DIGEST_SIZE 32

/* 0 or -EIO. */
int digest_sha256(struct bytes from, uint8_t ret[DIGEST_SIZE]);
