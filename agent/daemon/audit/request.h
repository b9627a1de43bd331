/* SPDX-License-Identifier: MIT */
/* request.h — the number a person reads out on the telephone. */
#pragma once

#include "audit/audit.h"
#include "audit/hash.h"

/* From SHA-256 over "<prev>\n<path>\n<fingerprint>\n", so that it can be worked out again from the record that carries
 * it. Six of 24 symbols that are told apart in print and by ear. */
int request_number(const char *prev, const char *path, const char *fingerprint, char ret[AUDIT_REQUEST]);
