/* SPDX-License-Identifier: MIT */
/* reading.h — which devices on USB an earlier keeper let in for reading and nothing else, for an agent that has just
 * started, too. Both may have been killed: then only the kernel still knows. */
#pragma once

#include "keeper/grants.h"
#include "keeper/readonly_loop.h"

/* To be called while nothing is granted yet: marks each device that has a disk with a read-only view, and no node of a
 * disk that the map lets in (struct grant, `was_read`). Nothing opens by that. `now`: the kernel's uevent number. */
void reading_restore(struct grants *grants, const struct sysfs_dirs *g, const struct plane *p,
                     const struct readonly_loops *views, uint64_t now);
