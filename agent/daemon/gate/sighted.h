/* SPDX-License-Identifier: MIT */
/* sighted.h — keeps the gate's table as the observer tells, and has what is new settled. Knows no rules. */
#pragma once

#include "gate/watch.h"

/* `w` is the gate's own. To be called before it is started. */
void sighted_follow(struct watch *w);
