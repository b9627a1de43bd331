/* SPDX-License-Identifier: MIT */
/* privileges.h — what the agent gives up once it is born. */
#pragma once

#include "base/err.h"

#include <stddef.h>

/* Forget the environment's say (TZ, locale and the like), refuse core dumps and tracing. First of all. */
void privileges_forget_environment(void);

/* Nothing can be gained again. As root also: keep only these capabilities, as far as they are there (CAP_…). */
int privileges_keep(const unsigned *keep, size_t n, struct err *err);

/* What the agent keeps: only what starting another observer takes. */
int privileges_drop(struct err *err);

/* Give memory back that only starting up needed: freed heap, and program text that is not running. Clean pages come
 * back from the page cache when they are next executed. */
void memory_settle(void);
