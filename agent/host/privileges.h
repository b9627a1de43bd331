/* SPDX-License-Identifier: MIT */
/* privileges.h — what the agent gives up once it is born. */
#pragma once

#include "base/err.h"

/* Forget the environment's say (TZ, locale and the like), refuse core dumps, close what was inherited. First of all. */
void privileges_forget_environment(void);

/* As root: keep only the capabilities that starting another observer takes, and nothing can be gained again.
 * Otherwise there is nothing to give up. */
int privileges_drop(struct err *err);

/* Give memory back that only starting up needed: freed heap, and program text that is not running. Clean pages come
 * back from the page cache when they are next executed. */
void memory_settle(void);
