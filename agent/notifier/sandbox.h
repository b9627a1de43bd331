/* SPDX-License-Identifier: MIT */
/* sandbox.h — the notifier gives up what it does not need, for good. */
#pragma once

#include <stdbool.h>

/* Only reading, and talking over sockets of this machine, stay allowed; `writes` also allows opening files for writing,
 * which the console needs. 0 or -errno. */
int desk_sandbox(bool writes);
