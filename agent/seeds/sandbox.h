/* SPDX-License-Identifier: MIT */
/* sandbox.h — sekimori-seeds gives up everything but its socket and its memory. */
#pragma once

/* Another user, no capability, all memory locked where root's limits allow it. What libraries load comes after it. */
int seeds_drop(void);

/* No file is opened any more, no socket made. Before the first byte of the file is looked at. */
int seeds_lock(void);
