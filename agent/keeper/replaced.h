/* SPDX-License-Identifier: MIT */
/* replaced.h — grants of devices that have left without a word: the kernel drops uevents that nobody reads in time, and
 * whoever makes many devices makes many of them. */
#pragma once

#include "keeper/nodes.h"

/* Take back each grant whose device is gone, or has another one at its path; what is open of that is cut off. Disks of
 * the system stay. */
void replaced_revoke(struct nodes *n);
