/* SPDX-License-Identifier: MIT */
/* device.h — what sysfs says of a device that has a node: its numbers, which disk it is, where it is plugged in. Paths
 * are beneath /sys. */
#pragma once

#include "decision/drivers.h"
#include "keeper/plane.h"
#include "keeper/system/sysfs_dirs.h"
#include "keeper/uevent.h"

/* The number in an attribute; 0: there is no such attribute. */
uint64_t device_number(const struct sysfs_dirs *g, const char *path, const char *attribute);

/* Which device is at this path: sysfs numbers its directories, and another device gets another number. 0: none is. */
uint64_t device_identity(const struct sysfs_dirs *g, const char *path);

bool device_is_partition(const struct sysfs_dirs *g, const char *path);

/* The disk's sequence number since the boot; a partition has its disk's. 0: none. */
uint64_t device_diskseq(const struct sysfs_dirs *g, const char *path);

/* The numbers of the device's node. False: it has none. */
bool device_node(const struct sysfs_dirs *g, const char *path, enum node_type type, struct node *ret);

/* The path of the device that has these numbers now. False: no device has them. */
bool device_path(const struct sysfs_dirs *g, const struct node *node, char ret[static SYSFS_DIRS_PATH]);

/* A class whose devices have nodes that the plane decides about. */
struct node_class {
        const char *folder;    /* beneath /sys, with a link for each device that is present */
        const char *subsystem; /* as uevents call it */
        enum node_type type;
        enum node_kind kind;
};

/* NULL: nodes of this subsystem are none of the plane's business. */
const struct node_class *device_class(const char *subsystem);

bool device_is_on_usb(const char *path);

/* The path of the USB device that this one is or belongs to: the nearest above it. False: it is on no USB, or it is a
 * root hub, which is a part of the machine. */
bool device_usb(const char *path, char ret[static SYSFS_DIRS_PATH]);

/* Visit each present device of these classes that `below` covers, as the kernel would announce it. */
typedef void device_visit(void *ctx, const struct uevent *u, const struct node_class *c);
void device_each(const struct sysfs_dirs *g, const char *below, device_visit *visit, void *ctx);
