/* SPDX-License-Identifier: MIT */
/* administrators.h — who administrates a terminal, and where people come in: by the names that Debian and its relatives
 * give them. */
#pragma once

#include "decision/policy.h"

/* A list (list.h) of root and the groups, as `users:` of a rule has them. */
extern const char administrators[];

bool person_is_administrator(const struct person *who);

/* Is it a PAM service through which a person comes to the terminal? Not one that only takes further somebody who is in
 * (sudo, su, polkit, lockers), and not one that we do not know. */
bool service_is_entrance(const char *service);
