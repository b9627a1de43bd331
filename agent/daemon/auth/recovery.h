/* SPDX-License-Identifier: MIT */
/* recovery.h — ten codes on paper, each good once. 60 bits each, so stretched with a salt (SP 800-63B-3 §5.1.2.2:
 * PBKDF2, 10,000 rounds; the ten of a set share the salt, so that a try costs one stretching and not ten). */
#pragma once

#include "store/factors.h"
#include "store/tally.h"

#define RECOVERY_CODE 16 /* "7K3P-92AX-4MQT" and a NUL: Crockford's alphabet, no look-alikes */

/* Ten new ones into `f` (a new codes_id), and as text once: the caller wipes it. 0 or -EIO, then `f` is as it was. */
int recovery_make(struct factors *f, char ret[FACTORS_CODES][RECOVERY_CODE]);

/* The index of the code, -ENOENT (none of them), -EALREADY (used before). Case, spaces and hyphens do not matter, nor
 * O for 0 and I or L for 1. Marks it used in `tally`, which the caller makes durable before
 * anybody is told. */
int recovery_check(const struct factors *f, struct tally *tally, const char *code);
unsigned recovery_left(const struct factors *f, const struct tally *tally);
