/* SPDX-License-Identifier: MIT */
/* medium.h — a device whose rule asks for a medium is looked at first: sekimori-keeper looks, and says what it found.
 * Meanwhile nobody can open any of its disks, as the block plane refuses them. */
#pragma once

#include "gate/gate.h"
#include "gate/judge.h"

/* Must the verdict wait for a look? One is begun where it must: a USB device is let in for that, which lets nobody
 * else in. False also where none can be begun: then the verdict stands. */
bool medium_is_awaited(struct gate *g, struct device *d);

/* What the verdict says was seen before the device was cut off, or it must be cut off for what it says: so once more,
 * from outside. False: it cannot be. */
bool medium_look_again(struct gate *g, struct device *d);

/* It is cut off: what comes back may be another medium. */
void medium_left(struct device *d);

/* Everything that was found, when nobody watches it any more; `all`: else only what counts for one that is in. */
void medium_forget(struct gate *g, bool all);

/* 1: the verdict can be given now; 0: not asked for. */
bool medium_found(struct device *d, const struct keeper_word *w);

/* Waited too long: as if nothing had been found. The next such one, or NULL. */
struct device *medium_overdue(struct gate *g);
