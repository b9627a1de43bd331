/* SPDX-License-Identifier: MIT */
/* disk_names.h — which block devices wear a name that fstab or crypttab uses. A name is bytes on a medium, which
 * anybody can write: more than one may wear it. */
#pragma once

#include "keeper/system/sysfs_dirs.h"

#include <stdbool.h>
#include <stddef.h>

struct disk_names {
        size_t n;
        char (*device)[64]; /* the kernel's names: "sda1" */
};
void disk_names_free(struct disk_names *names);
#define auto_disk_names __attribute__((cleanup(disk_names_free))) struct disk_names

/* UUID=…, LABEL="…", /dev/… as a name beneath /dev: "disk/by-uuid/…". False: it names no device (a network, a file). */
#define DISK_NAMES_NODE (2 * SYSFS_DIRS_PATH)
bool disk_names_node(const char *source, char ret[DISK_NAMES_NODE]);

/* First the one that udev's link leads to, then all others that udev's database says would have that link. The caller
 * frees *ret. */
void disk_names_wearers(const struct sysfs_dirs *g, const char *node, struct disk_names *ret);

/* All on which udev has found a member of a ZFS pool of this name. */
void disk_names_of_pool(const struct sysfs_dirs *g, const char *pool, struct disk_names *ret);

/* What udev has read of the device: "ID_FS_UUID". False, and "": nothing. */
bool disk_names_property(const struct sysfs_dirs *g, const char *device, const char *key, char ret[64]);

/* Is there a disk that udev has left unread so far, by our own rule? */
bool disk_names_is_any_unread(const struct sysfs_dirs *g);
