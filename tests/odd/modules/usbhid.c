/* SPDX-License-Identifier: MIT */
/* usbhid: by class */
#include "alias.h"

ALIAS(alias_1, "usb:v*p*d*dc*dsc*dp*ic03isc*ip*in*");
