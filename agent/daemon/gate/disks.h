/* SPDX-License-Identifier: MIT */
/* disks.h — what a verdict means for the disks and other nodes of a device: the keeper is told before the kernel gets
 * to see them. */
#pragma once

#include "enforce/usb.h"
#include "gate/gate.h"
#include "gate/keeper.h"

/* Can "read-only" be enforced for the device where the block plane is in force? Yes if only mass storage would be
 * bound. */
bool disks_can_be_read_only(const struct device_facts *f, const struct verdict *v);

/* Can the device be let in for a look at its medium while the block plane keeps its disks closed to all others? Yes if
 * all its interfaces are mass storage. */
bool disks_can_be_looked_at(const struct device_facts *f);

/* The nodes (enum node_kind) that the verdict opens: those of the kinds that it let in, and those that its rule names.
 */
unsigned disks_nodes(const struct device *d);

/* Does the verdict let programs reach the device through its node of usbfs, which stays open when it is cut off? */
bool disks_by_usbfs(const struct device_facts *f, const struct verdict *v);

/* As the verdict says: the nodes of the kinds that it let in (decision/drivers.h). OUTCOME_FAILED: the keeper cannot be
 * told, and the verdict needs it (read-only, by medium, or a disk that is not on USB). */
enum outcome disks_grant(struct keeper *k, const struct device *d, struct err *note);

/* A disk on USB that is let in does not outlast a sleep in which its port had no power, unless the system stands on it
 * (ADR 0183). Nothing is done where the block plane is not in force. False: the kernel did not take it. */
bool disks_part_in_sleep(const struct keeper *k, const struct device *d);

/* Revokes access to all nodes of the device. */
void disks_revoke(struct keeper *k, const struct device *d);
