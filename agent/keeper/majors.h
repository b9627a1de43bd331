/* SPDX-License-Identifier: MIT */
/* majors.h — what is decided by a major number alone: nodes without a medium of their own (device mapper, md, loop,
 * memory) are let in; nodes that bypass a disk's block device (SCSI generic and the like), and those that only devices
 * on USB have, are refused. */
#pragma once

#include "keeper/plane.h"
#include "keeper/system/sysfs_dirs.h"

/* Call this again after a driver was loaded: most of these numbers are assigned at that moment. */
int majors_set(const struct sysfs_dirs *g, const struct plane *p, struct err *err);
