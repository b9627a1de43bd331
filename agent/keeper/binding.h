/* SPDX-License-Identifier: MIT */
/* binding.h — the fallback for a kernel without the block plane: no driver is bound to a disk on SCSI, SATA, a card
 * slot or FireWire unless the system stands on it, or it is connected by USB, where the device itself was let in.
 * Weaker than the plane: NVMe and virtual disks get their drivers as usual, and SCSI's generic nodes can be opened.
 * Kernel: drivers/base/bus.c (drivers_autoprobe, drivers_probe). */
#pragma once

#include "keeper/grants.h"
#include "keeper/system/sysfs_dirs.h"
#include "keeper/uevent.h"

/* Stop automatic binding from now on; a present device that may not be bound loses its driver. Harmless to repeat.
 * -ENOENT: there is no such bus. */
int binding_hold(const struct sysfs_dirs *g, struct grants *grants, struct err *err);

/* Bind a driver to the announced device, if it may have one. */
void binding_announced(const struct sysfs_dirs *g, struct grants *grants, const struct uevent *u);

/* Restore the kernel's default: every device gets its driver. Does nothing if no bus was held. */
void binding_release(const struct sysfs_dirs *g);
