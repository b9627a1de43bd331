/* SPDX-License-Identifier: MIT */
/* admit.h — one device, before there is an agent: let in where it is nothing but a keyboard or a hub, else left as it
 * is. */
#pragma once

#include "base/err.h"

/* `devpath` is the kernel's: "/devices/pci0000:00/…/usb1/1-2". 1: let in. 0: left as it is (another kind of device, let
 * in before, gone, or not set up by the kernel yet: its "bind" comes). Negative: it could not be done. */
int admit(const char *devpath, struct err *err);
