/* SPDX-License-Identifier: MIT */
/* reports.h — the report descriptors of a device's HID interfaces, as far as the kernel has read them. */
#pragma once

#include "wire/sighting.h"

/* Sets `fido` and `not_fido` of the sighting's facts, whose interfaces must be known; `dirfd` is the device's directory
 * in sysfs. An interface that no HID driver has yet has neither. */
void reports_gather(int dirfd, struct sighting *s);
