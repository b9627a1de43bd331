/* SPDX-License-Identifier: MIT */
/* unread.h — which disks udev does not read while the system's own disks are being found: a copy of one of them may be
 * there first, and would be mounted in its place. */
#pragma once

#include "keeper/system/sysfs_dirs.h"

#include <stdbool.h>

/* `path`: of a block device, beneath /sys. True: it is on a removable disk, and / is provably not on that one. What
 * cannot be found out is false: then the machine boots as without us. */
bool unread_is_wanted(const struct sysfs_dirs *g, const char *path);
