/* SPDX-License-Identifier: MIT */
/* container.h — LUKS containers that cryptsetup made, in the ceremony's folder. */
#pragma once

#include <stdint.h>

#define CONTAINER_HEADER 16384 /* of a luks2 one: the second header follows the first */

/* The file "container" with its first MiB. Type "luks1" or "luks2". */
void container_make(const char *type, const char *uuid);

/* The same with this cipher for what it holds, of 15 characters with its one '-': cryptsetup itself would need a kernel
 * that has it. Asserts that cryptsetup reads it so. */
void container_make_by(const char *cipher, const char *type, const char *uuid);
