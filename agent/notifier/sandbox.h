/* SPDX-License-Identifier: MIT */
/* sandbox.h — the notifier gives up what it does not need. Final. */
#pragma once

#include <stdbool.h>

/* Reading, talking over sockets of this machine, and nothing else; `writes` leaves it opening files for writing, which
 * a console is. 0 or -errno. */
int desk_sandbox(bool writes);
