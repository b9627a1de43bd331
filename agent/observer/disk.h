/* SPDX-License-Identifier: MIT */
/* disk.h — a disk that does not hang on USB: its place, and its facts as one sighting.
 *
 * Told as a device of its bus: what the card, the drive or the namespace says of itself, and one interface of the class
 * that USB has for the same thing (08:06 a disk, 08:02 an optical drive), so that rules call it `storage`. The numbers
 * of the sighting are the disk's `diskseq`: another medium in the same drive is another sighting. */
#pragma once

#include "wire/sighting.h"

/* `devpath` is the kernel's, of a block device: "/devices/pci…/2:0:0:0/block/sdb". The path of the device that it
 * belongs to, beneath /sys/devices ("pci…/2:0:0:0"; a namespace of NVMe is one itself). False: none of ours. Behind USB
 * the USB device is judged, what is virtual has no medium, and a boot partition of eMMC belongs to its card. */
bool disk_place(const char *devpath, char ret[SIGHTING_PATH]);

/* -ENODEV where it is on its way out, -EINVAL where disk_place() knows none. */
int disk_gather(const char *devpath, struct sighting *ret);

/* -EINVAL likewise. */
int disk_gone(const char *devpath, struct sighting *ret);
