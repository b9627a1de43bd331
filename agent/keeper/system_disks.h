/* SPDX-License-Identifier: MIT */
/* system_disks.h — the disks that this system stands on: what is mounted from a bus of its own, what / is made of, what
 * fstab and crypttab name, swap; through device mapper, md and btrfs down to whole disks. */
#pragma once

#include "keeper/ground.h"

/* Calls `found` with the path beneath /sys of each one's device (maybe more than once). What merely happens to be
 * mounted from a bus for removable things (USB, memory card, optical, FireWire) is none; what fstab mounts at boot is,
 * whatever its bus. -errno: what is mounted cannot be told. */
int system_disks_find(const struct ground *g, void (*found)(void *ctx, const char *path), void *ctx, struct err *err);
