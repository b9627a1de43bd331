/* SPDX-License-Identifier: MIT */
/* early.h — what the kernel does by itself on this boot, before the agent runs: denies every new device, or none. */
#pragma once

#include "enforce/usb.h"

#define MODPROBE_DIR "/run/modprobe.d"

/* Denial: an option for a usbcore that is loaded later, into modprobe_dir; the parameter and the root hubs of one that
 * is there. Interfaces are left as they are: whoever authorizes a keyboard before the agent runs has them bound.
 * Goes as far as it can; of several failures the first is told. No USB in this kernel (yet) is none. */
int early_deny(const char *modprobe_dir, struct err *err);

/* The opposite: no such option, and what the kernel held back is let in. */
int early_open(const char *modprobe_dir, struct err *err);
