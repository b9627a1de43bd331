/* SPDX-License-Identifier: MIT */
/* binding.h — for a kernel that cannot have the block plane: no driver takes a disk on SCSI, SATA, a card slot or
 * FireWire unless the system stands on it, or it hangs on USB, where the device itself was let in. Weaker than the
 * plane: NVMe and virtual disks are taken as ever, and SCSI's generic nodes open. Kernel: drivers/base/bus.c
 * (drivers_autoprobe, drivers_probe). */
#pragma once

#include "keeper/grants.h"
#include "keeper/sysfs_dirs.h"
#include "keeper/uevent.h"

/* From now on, and what is there and not let in loses its driver. Harmless to repeat. -ENOENT: there is no such bus. */
int binding_hold(const struct sysfs_dirs *g, struct grants *grants, struct err *err);

/* What has come gets its driver, if it may have one. */
void binding_announced(const struct sysfs_dirs *g, struct grants *grants, const struct uevent *u);

/* The kernel as it is without us: everything gets its driver. Does nothing where nothing was held. */
void binding_release(const struct sysfs_dirs *g);
