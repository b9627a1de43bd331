/* SPDX-License-Identifier: MIT */
/* gather.h — one device's directory in sysfs becomes one sighting with facts. Knows no udev and no socket. */
#pragma once

#include "observer/aliases.h"
#include "observer/hardware_db.h"
#include "observer/libusb_crosscheck.h"
#include "wire/sighting.h"

/* What a device is held against beside our own reading of it. */
struct readers {
        struct libusb_crosscheck crosscheck;
        struct aliases aliases;
        struct udev *udev; /* whose hardware database is asked; NULL: none */
};

/* `devpath` is the kernel's: "/devices/pci…/usb1/1-2". -ENODEV if the device is being removed: nothing to tell, the
 * announcement of its removal follows. Contradictions are not errors: they make the facts `malformed`. `speaks_mtp`:
 * udevd says so; the hardware database is asked beside it. */
int gather_device(const char *devpath, bool speaks_mtp, struct readers *with, struct sighting *ret);

/* A sighting with only its type and path. -ENAMETOOLONG. */
int gather_place(enum sighting_type type, const char *devpath, struct sighting *ret);
