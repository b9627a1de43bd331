/* SPDX-License-Identifier: MIT */
/* release.h — the way back: the kernel lets every device in again, as it does by default. Only for the stage in which
 * nothing is enforced. */
#pragma once

#include "enforce/usb.h"

/* Where the kernel denies by default (the module parameter says so): root hubs and their interface defaults, devices
 * and interfaces present are opened, each read back; the parameter last, so that a release cut short by a crash is
 * completed at the next start. 1: it was opened; 0: there was nothing to open. Of several failures the first is
 * reported; the rest is opened all the same. */
int usb_release(struct usb *u, struct err *err);

/* The same for one root hub or device, by its path beneath /sys/devices: for one that was on its way while the others
 * were opened. */
int usb_release_one(struct usb *u, const char *path, struct err *err);
