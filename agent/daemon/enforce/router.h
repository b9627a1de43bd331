/* SPDX-License-Identifier: MIT */
/* router.h — the kernel's authorization of Thunderbolt and USB4 devices: whether PCI Express reaches what is plugged
 * in. The kernel authorizes no device by itself, unless the firmware's security level says so; Debian's bolt authorizes
 * the devices on its own list. Source: Documentation/admin-guide/thunderbolt.rst, drivers/thunderbolt/switch.c. */
#pragma once

#include "enforce/usb.h"

/* As usb_recognise(), by the device's `unique_id`. */
enum outcome router_recognise(struct usb *u, const struct sighting *s, int *ret_fd, struct err *note);

/* As usb_apply(). OUTCOME_FAILED: the firmware keeps PCI Express off or the device above is not let in; or the device
 * must be cut off, and this kernel cannot revoke its authorization. */
enum outcome router_apply(struct usb *u, int device_fd, const struct sighting *s, const struct verdict *v,
                          struct err *note);
