/* SPDX-License-Identifier: MIT */
/* disks.h — what a verdict means for the disks of a device: the keeper is told before the kernel gets to see them. */
#pragma once

#include "enforce/usb.h"
#include "gate/gate.h"
#include "gate/keeper.h"

/* Can "read-only" be enforced for it now? All that would be bound is mass storage, and the block plane is in force. */
bool disks_can_be_read_only(const struct keeper *k, const struct device_facts *f, const struct verdict *v);

/* Can it be let in for a look, with nobody let in to any of it? As above. */
bool disks_can_be_looked_at(const struct keeper *k, const struct device_facts *f);

/* As the verdict says. OUTCOME_FAILED: for reading only, and the keeper cannot be told. Without one nothing happens. */
enum outcome disks_grant(struct keeper *k, const struct device *d, struct err *note);

/* Nothing of it any more. */
void disks_revoke(struct keeper *k, const struct device *d);
