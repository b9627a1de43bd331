/* SPDX-License-Identifier: MIT */
/* nft.h — hands a text to the kernel by libnftables: all of it comes into force, or nothing. */
#pragma once

#include "base/err.h"

/* Numbers only: a name in the text would be looked up. Needs CAP_NET_ADMIN. -EIO with libnftables' first line, -ENOMEM.
 * Its socket lives no longer than the call. */
int nft_apply(const char *text, struct err *err);
