/* SPDX-License-Identifier: MIT */
/* program.h — the program that the kernel asks at each open of a device node. Knows the map's shape, nothing else. */
#pragma once

/* Loaded, not attached; the caller's to close. -errno; `log` says what the verifier did not like. */
int program_load(int map, char *log, unsigned size);
