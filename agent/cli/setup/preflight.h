/* SPDX-License-Identifier: MIT */
/* preflight.h — the checks before a stage, as a table. Changes nothing. */
#pragma once

#include "cli/setup/check_context.h"

/* What to check for: one stage, or several. LOGIN includes DEVICES; the network is observed, and then limited. */
enum preflight { PREFLIGHT_DEVICES = 1, PREFLIGHT_LOGIN = 2, PREFLIGHT_NETWORK = 4, PREFLIGHT_LIMITS = 8 };

/* Fills g->findings (which the caller owns) with what every check found. */
void preflight(const struct check_context *g, unsigned for_what);

/* Is this the name of a check? */
bool preflight_knows(const char *name);
