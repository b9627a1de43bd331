/* SPDX-License-Identifier: MIT */
/* program.h — the BPF program that the kernel runs at each open of a device node. Knows the map's layout, nothing
 * else. */
#pragma once

/* Load the program without attaching it; the caller closes the descriptor. -errno; `log` has the verifier's message. */
int program_load(int map, char *log, unsigned size);
