/* SPDX-License-Identifier: MIT */
/* built_in.h — whether this computer has a keyboard of its own, as laptops do. */
#pragma once

#include <stdbool.h>

/* `folder`: /sys/class/input, or the same beneath dirfd. True: the kernel drives a whole keyboard (not a power button)
 * on a bus that leads out of the case nowhere or by a PS/2 plug: no rule for devices cuts it off. False as well where
 * nothing can be read. */
bool keyboard_is_built_in(int dirfd, const char *folder);
