/* SPDX-License-Identifier: MIT */
/* administrators.h — who administrates a terminal: by the names that Debian and its relatives give them. */
#pragma once

#include "decision/policy.h"

/* A list (list.h) of root and the groups, as `users:` of a rule has them. */
extern const char administrators[];

bool person_is_administrator(const struct person *who);
