/* SPDX-License-Identifier: MIT */
/* device.h — what sysfs says of a device that has a node: its numbers, which disk it is, where it is plugged in. Paths
 * are beneath /sys. */
#pragma once

#include "keeper/plane.h"
#include "keeper/sysfs_dirs.h"
#include "keeper/uevent.h"

/* The number in an attribute; 0: there is no such attribute. */
uint64_t device_number(const struct sysfs_dirs *g, const char *path, const char *attribute);

bool device_is_partition(const struct sysfs_dirs *g, const char *path);

/* The disk's sequence number since the boot; a partition has its disk's. 0: none. */
uint64_t device_diskseq(const struct sysfs_dirs *g, const char *path);

/* The numbers of the device's node. False: it has none. */
bool device_node(const struct sysfs_dirs *g, const char *path, enum node_type type, struct node *ret);

/* The path of the device that has these numbers now. False: no device has them. */
bool device_path(const struct sysfs_dirs *g, const struct node *node, char ret[static SYSFS_DIRS_PATH]);

/* Does this class ("block", "scsi_generic") make nodes of disks, and of which type? */
bool device_class(const char *subsystem, enum node_type *ret);

/* Visit each present device of these classes that `below` covers, as the kernel would announce it. */
typedef void device_visit(void *ctx, const struct uevent *u, enum node_type type);
void device_each(const struct sysfs_dirs *g, const char *below, device_visit *visit, void *ctx);
