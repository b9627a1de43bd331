/* SPDX-License-Identifier: MIT */
/* hid-cp2112: a bridge to I2C, by ids on the HID bus */
#include "alias.h"

ALIAS(alias_1, "hid:b0003g*v000010C4p0000EA90");
