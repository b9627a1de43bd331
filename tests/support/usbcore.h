/* SPDX-License-Identifier: MIT */
/* usbcore.h — an oracle: how the kernel reads descriptors, written after drivers/usb/core/config.c. It is tolerant
 * where we are strict; where we find nothing wrong, both must see the same. */
#pragma once

#include "observer/interfaces.h"
#include "support/hardware.h"

/* What the `descriptors` attribute shows of what a device answered: every configuration cut where the kernel stopped
 * believing it. */
struct hardware usbcore_shows(const struct hardware *answered);

/* The interfaces that the kernel would keep, of all configurations. */
struct interfaces usbcore_interfaces(const struct hardware *shown);
