/* SPDX-License-Identifier: MIT */
/* early.h — what the kernel does by itself on this boot, before the agent runs: denies every new device, or none. */
#pragma once

#include "enforce/usb.h"

#define MODPROBE_DIR "/run/modprobe.d"

/* Deny: write an option into modprobe_dir for a usbcore that is loaded later, and set the parameter and the root hubs
 * of a usbcore that is loaded. Interfaces are left as they are, so that a keyboard that is authorized before the agent
 * runs gets its interfaces bound. Goes on after a failure; of several the first is reported. No USB in this kernel
 * (yet) is no failure. */
int early_deny(const char *modprobe_dir, struct err *err);

/* The opposite: no such option, and what the kernel held back is let in. */
int early_open(const char *modprobe_dir, struct err *err);
