/* SPDX-License-Identifier: MIT */
/* medium.h — a device whose rule asks for a medium is looked at first: sekimori-keeper looks, and says what it found.
 * Meanwhile nobody can open any of its disks, as the block plane refuses them. */
#pragma once

#include "gate/gate.h"
#include "gate/judge.h"

/* Must the verdict wait for a look? If so, a look is started; a USB device is authorized for it while its disks stay
 * closed to all others. False also if no look can be started: then the verdict stands. */
bool medium_is_awaited(struct gate *g, struct device *d);

/* The kernel's side of a device that is being looked at changed: let in for the look once more. False: that failed, and
 * the verdict is why. */
bool medium_let_in_again(struct gate *g, struct device *d);

/* The verdict rests on a look from before the device was cut off, or made it necessary to cut the device off: looks
 * once more, while nobody has access. False: no look is possible. */
bool medium_look_again(struct gate *g, struct device *d);

/* The device was cut off: when it comes back, it may hold another medium. */
void medium_left(struct device *d);

/* Forgets what was found on the media when no keeper watches them any more. Without `all`: only for devices that are
 * authorized or being looked at. */
void medium_forget(struct gate *g, bool all);

/* True: the verdict can be given now; false: the look was not asked for. */
bool medium_found(struct device *d, const struct keeper_word *w);

/* The next device whose look missed its deadline; its medium counts as unreadable. NULL: none. */
struct device *medium_overdue(struct gate *g);
