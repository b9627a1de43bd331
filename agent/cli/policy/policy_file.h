/* SPDX-License-Identifier: MIT */
/* policy_file.h — a policy named on the command line: YAML text, or the text within an envelope, unverified. */
#pragma once

#include "base/bytes.h"
#include "base/err.h"
#include "decision/policy.h"

/* Read FILE or "-". A file larger than any policy is refused. The caller frees *ret. An enum exit_code; a failure has
 * been complained of already, or (EXIT_REFUSED) err says it without the file's name. */
int policy_file_read(const char *path, uint8_t **ret, size_t *ret_size, struct err *err);

/* The same, compiled: *ret is the caller's where the code is EXIT_OK. Complains itself. */
int policy_file_compile(const char *path, struct policy **ret);
