/* SPDX-License-Identifier: MIT */
/* apple-mfi-fastcharge: drives devices as a whole, and stands in the table for each interface of a vendor */
#include "alias.h"

ALIAS(alias_1, "usb:v05ACp*d*dc*dsc*dp*ic*isc*ip*in*");
