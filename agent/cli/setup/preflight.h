/* SPDX-License-Identifier: MIT */
/* preflight.h — the checks before a stage, as a table. Changes nothing. */
#pragma once

#include "cli/setup/check_context.h"

enum preflight { PREFLIGHT_DEVICES, PREFLIGHT_LOGIN }; /* what to check for; LOGIN includes DEVICES */

/* Fills g->findings (which the caller owns) with what every check found. */
void preflight(const struct check_context *g, enum preflight for_what);

/* Is this the name of a check? */
bool preflight_knows(const char *name);
