/* SPDX-License-Identifier: MIT */
/* router.h — the kernel's authorization of Thunderbolt and USB4 devices: whether PCI Express reaches what is plugged
 * in. The kernel lets none in by itself, unless the firmware's security level says so; Debian's bolt does, for what
 * its own list names. Source: Documentation/admin-guide/thunderbolt.rst, drivers/thunderbolt/switch.c. */
#pragma once

#include "enforce/usb.h"

/* As usb_recognise(), by the device's `unique_id`. */
enum outcome router_recognise(struct usb *u, const struct sighting *s, int *ret_fd, struct err *note);

/* As usb_apply(). OUTCOME_FAILED: the firmware keeps PCI Express off or the device above is not let in; or it is to be
 * cut off, and this kernel cannot take back what was let in. */
enum outcome router_apply(struct usb *u, int device_fd, const struct sighting *s, const struct verdict *v,
                          struct err *note);
