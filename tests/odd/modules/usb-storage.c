/* SPDX-License-Identifier: MIT */
/* usb-storage: by class, and by the ids of one device whatever its class says */
#include "alias.h"

ALIAS(alias_1, "usb:v*p*d*dc*dsc*dp*ic08isc06ip50in*");
ALIAS(alias_2, "usb:v0781p5151d*dc*dsc*dp*ic*isc*ip*in*");
ALIAS(alias_3, "usb:v04B8p0602d0110dc*dsc*dp*ic*isc*ip*in*");
