/* SPDX-License-Identifier: MIT */
/* administrators.h — who administrates a terminal, and through which PAM services people log in: by the names that
 * Debian and its relatives give them. */
#pragma once

#include "decision/policy.h"

/* A list (list.h) of root and the groups, as `users:` of a rule has them. */
extern const char administrators[];

/* A list of the services for which service_is_entrance() is true. */
extern const char entrances[];

bool person_is_administrator(const struct person *who);

/* Is it a PAM service through which a person logs in to the terminal? False for a service that a person uses after the
 * login (sudo, su, polkit, lockers), and for an unknown one. */
bool service_is_entrance(const char *service);
