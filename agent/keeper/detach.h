/* SPDX-License-Identifier: MIT */
/* detach.h — ends what goes on with a disk that was let in: the kernel lets go of it and takes it again, so that it
 * comes anew, and each mount and each open descriptor is of one that is gone. Knows buses, not who may have what. */
#pragma once

#include "keeper/grants.h"
#include "keeper/sysfs_dirs.h"

/* `path` beneath /sys. 1: it was; 0: nothing holds it, or it is a USB device, which the agent cuts off. Never where the
 * system stands on a disk that would go with it. On failure `err` says what is left of it: -EBUSY, -ENOTSUP, or what
 * the kernel said. */
int detach_disk(const struct sysfs_dirs *g, struct grants *grants, const char *path, struct err *err);
