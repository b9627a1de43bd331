/* SPDX-License-Identifier: MIT */
/* inputs.h — input devices, and the case they are in, as sysfs shows them. */
#pragma once

/* The keys of a keyboard, as the i8042's says them, and those of a power button. */
#define KEYS_KEYBOARD "402000000 3803078f800d001 feffffdfffefffff fffffffffffffffe"
#define KEYS_POWER "10000000000000 0"

/* sys/devices/PARENT/input/inputN beneath `root`, and its link in sys/class/input. `bus`: "0011" is i8042. */
void input_add(const char *root, unsigned number, const char *parent, const char *bus, const char *keys);

/* The kind of the case, as SMBIOS numbers them: "10" is a notebook, "3" a desktop. */
void case_set(const char *root, const char *type);
