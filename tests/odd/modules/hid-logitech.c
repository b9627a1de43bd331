/* SPDX-License-Identifier: MIT */
/* hid-logitech: a mouse, by ids on the HID bus */
#include "alias.h"

ALIAS(alias_1, "hid:b0003g*v0000046Dp0000C287");
