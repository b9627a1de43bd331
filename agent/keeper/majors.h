/* SPDX-License-Identifier: MIT */
/* majors.h — what is decided by a major number alone: what has no medium behind it (device mapper, md, loop, memory) is
 * let in, what goes round a disk's node (SCSI generic and the like) is refused. */
#pragma once

#include "keeper/plane.h"
#include "keeper/sysfs_dirs.h"

/* Again when a driver was loaded: most of these numbers are given out at that moment. */
int majors_set(const struct sysfs_dirs *g, const struct plane *p, struct err *err);
