/* SPDX-License-Identifier: MIT */
/* entry.h — changes of the plane's map that hold when the map is full, too: what cannot be stored is refused. */
#pragma once

#include "keeper/plane.h"
#include "keeper/system/sysfs_dirs.h"

/* Is this node let in where it has no entry of its own? */
bool entry_is_spare(const struct plane *p, const struct node *n);

/* Stores the entry of a device. Where the map is full, a partition of a loop device, which anybody at a desktop can
 * make any number of, gives its place. -errno: there is no room. */
int entry_store(const struct plane *p, const struct sysfs_dirs *g, const struct node *n, const struct entry *e);

/* From now on the node is refused: by its major number, else by an entry of its own, else, where there is no room for
 * that, with its whole major number. -errno: not even that. */
int entry_refuse(const struct plane *p, const struct sysfs_dirs *g, const struct node *n, uint64_t diskseq);
