/* SPDX-License-Identifier: MIT */
/* usb_nodes.h — the nodes of devices on USB that are no disk's: which of them may be opened. Knows grants, not
 * policies. */
#pragma once

#include "keeper/device.h"
#include "keeper/grants.h"

/* Does this grant hold for what `path` is a part of? A hub's does not for the devices behind it. */
bool usb_nodes_grant_reaches(const struct grant *grant, const char *path);

/* Sets or drops the entry of one node, as the grant of its USB device says. Nodes that are on no USB are left alone. */
void usb_nodes_judge(const struct plane *p, const struct sysfs_dirs *g, const struct grants *grants,
                     const struct uevent *u, const struct node_class *c);
