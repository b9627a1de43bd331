/* SPDX-License-Identifier: MIT */
/* onboard_usb_dev: the power of a hub on the board, by its ids */
#include "alias.h"

ALIAS(alias_1, "usb:v0424p2514d*dc*dsc*dp*ic*isc*ip*in*");
