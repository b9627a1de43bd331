/* SPDX-License-Identifier: MIT */
/* cdc_subset: a network adapter, by ids */
#include "alias.h"

ALIAS(alias_1, "usb:v0525p9901d*dc*dsc*dp*ic*isc*ip*in*");
