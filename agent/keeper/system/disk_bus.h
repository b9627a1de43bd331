/* SPDX-License-Identifier: MIT */
/* disk_bus.h — whether a disk is on a bus for things that people plug in, by its path beneath /sys. */
#pragma once

#include "keeper/system/sysfs_dirs.h"

#include <stdbool.h>

/* USB, FireWire, an optical drive or a floppy; a memory card, unless the kernel calls it fixed (an eMMC); a Memory
 * Stick and what is in a slot for PC Cards; a disk, not on SATA, that calls its medium removable; and whatever is
 * behind a device that the kernel calls removable (Thunderbolt). A card whose kernel says nothing is removable. */
bool disk_bus_is_removable(const struct sysfs_dirs *g, const char *block);
