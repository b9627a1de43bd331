/* SPDX-License-Identifier: MIT */
/* privileges.h — what the agent gives up once it has started. */
#pragma once

#include "base/err.h"

#include <stddef.h>

/* Unset environment variables that change behaviour (TZ, locale and the like), refuse core dumps and tracing. Call this
 * first. */
void privileges_forget_environment(void);

/* Set no_new_privs. As root also keep only these capabilities (CAP_…), as far as the process has them. */
int privileges_keep(const unsigned *keep, size_t n, struct err *err);

/* Keep only the capabilities that the agent needs to start another observer. */
int privileges_drop(struct err *err);
