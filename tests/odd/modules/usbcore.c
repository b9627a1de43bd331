/* SPDX-License-Identifier: MIT */
/* usbcore: the module that the driver "hub" is in */
#include "alias.h"

ALIAS(alias_1, "usb:v*p*d*dc09dsc*dp*ic*isc*ip*in*");
ALIAS(alias_2, "usb:v*p*d*dc*dsc*dp*ic09isc*ip*in*");
