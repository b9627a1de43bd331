/* SPDX-License-Identifier: MIT */
/* status.h — what `status --json` prints, for other verbs that use it. */
#pragma once

#include "cli/factors/people.h"

/* t->status is always set: where no agent answers it says so. Complains itself; an enum exit_code. */
int status_collect(struct terminal *t, const char *state_dir);
