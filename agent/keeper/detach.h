/* SPDX-License-Identifier: MIT */
/* detach.h — ends every use of a disk that was let in: the kernel removes the device and adds it again, so that each
 * mount and each open descriptor refers to a device that is gone. Knows buses, not who may have what. */
#pragma once

#include "keeper/grants.h"
#include "keeper/system/sysfs_dirs.h"

/* `path` is beneath /sys. 1: the device was detached; 0: no driver is bound, the device is gone, or it is a USB device,
 * which the agent cuts off. Refused if the system stands on a disk that would be detached, too. On failure `err` says
 * whether the disk is still in use: -EBUSY, -ENOTSUP, or what the kernel said. */
int detach_disk(const struct sysfs_dirs *g, struct grants *grants, const char *path, struct err *err);
