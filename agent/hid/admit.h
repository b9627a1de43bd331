/* SPDX-License-Identifier: MIT */
/* admit.h — admits one device before the agent runs: let in as far as it is a keyboard or a hub (keyboard.h), else left
 * as it is. */
#pragma once

#include "base/err.h"

/* `devpath` is the kernel's: "/devices/pci0000:00/…/usb1/1-2". 1: let in. 0: left as it is (another kind of device, let
 * in before, gone, or not set up by the kernel yet: a "bind" uevent will follow). Negative: it could not be done. */
int admit(const char *devpath, struct err *err);
