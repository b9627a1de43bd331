/* SPDX-License-Identifier: MIT */
/* built_in.h — whether this computer has a keyboard of its own, as laptops do. */
#pragma once

#include <stdbool.h>

/* `sys`: /sys, or the same beneath dirfd. True: the case is one that is carried, and the kernel drives a whole keyboard
 * (not a power button) on a bus that does not leave it. A desktop's firmware may show a keyboard on i8042 where none is
 * plugged in, so there it counts for nothing. False as well where something cannot be read. */
bool keyboard_is_built_in(int dirfd, const char *sys);
