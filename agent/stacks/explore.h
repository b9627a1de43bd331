/* SPDX-License-Identifier: MIT */
/* explore.h — asks libpam again and again, with other answers of the modules each time, until one of them is found that
 * a question is after, or all have been tried. */
#pragma once

#include "stacks/answers.h"

#define EXPLORE_RUNS_MAX 200000 /* about a second */

void explore(const struct stacks_question *q, const struct stack_groups *groups, struct stacks_answer *ret);

/* Does libpam load its modules through us? Were it not so, real ones would run. Asks a service of the folder that names
 * a module which nobody has. */
bool explore_is_ours(void);
