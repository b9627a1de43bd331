/* SPDX-License-Identifier: MIT */
/* luks.h — whether a LUKS container really encrypts, by its header. The bytes are hostile: only for a process that has
 * given up all privileges (media_probe.h). */
#pragma once

#include "keeper/medium.h"

/* Whatever cryptsetup could take for a header of it names known ciphers and nothing else: LUKS1, or LUKS2 with all its
 * segments and key slots. False as well where it cannot be read or understood. */
bool luks_encrypts(int fd, struct span at);
