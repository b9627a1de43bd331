/* SPDX-License-Identifier: MIT */
/* held.h — what is let in when the agent starts, and can only be judged once sekimori-keeper is here: it stays as it is
 * until then. Nothing is let in meanwhile. */
#pragma once

#include "gate/gate.h"

/* Is the device left as the earlier agent left it, for now? Only while the keeper is awaited, and only a USB device
 * that is nothing but a disk and whose verdict needs the block plane. One that another driver has taken is cut off, and
 * is not held. */
bool held_for_keeper(struct gate *g, struct device *d, const struct moment *now);
