/* SPDX-License-Identifier: MIT */
/* disk.h — a disk that is not connected by USB: its place, and its facts as one sighting.
 *
 * It is reported as a device of its bus: what the card, the drive or the namespace says of itself, and one interface of
 * the class that USB has for the same thing (08:06 a disk, 08:02 an optical drive), so that rules call it `storage`.
 * The numbers of the sighting are the disk's `diskseq`: another medium in the same drive is another sighting. */
#pragma once

#include "wire/sighting.h"

/* `devpath` is the kernel's, of a block device: "/devices/pci…/2:0:0:0/block/sdb". The path of the device that it
 * belongs to, beneath /sys/devices ("pci…/2:0:0:0"; a namespace of NVMe is one itself). False: not a disk for us.
 * Behind USB the USB device is judged, a virtual disk has no medium, and a boot partition of eMMC belongs to its
 * card. */
bool disk_place(const char *devpath, char ret[SIGHTING_PATH]);

/* -ENODEV if the disk is being removed, -EINVAL if disk_place() refuses the path. */
int disk_gather(const char *devpath, struct sighting *ret);

/* -EINVAL likewise. */
int disk_gone(const char *devpath, struct sighting *ret);
