/* SPDX-License-Identifier: MIT */
/* mount_disks.h — the whole disks that a mounted file system is made of, by what the kernel says of it, and for ZFS,
 * which says nothing, by the pool's name. */
#pragma once

#include "keeper/system/disk_group.h"
#include "keeper/system/mount_table.h"

enum mount_disks {
        MOUNT_DISKS_UNKNOWN,   /* it is made of disks, and nobody knows which */
        MOUNT_DISKS_UNCLAIMED, /* its device has no number of the kernel's: a network, a service, a file system of a
                                  program */
        MOUNT_DISKS_KNOWN,     /* these, or provably none (`needs_none`) */
};

/* `fstab` has the options of an overlay that mountinfo leaves out. */
enum mount_disks mount_disks_of(const struct sysfs_dirs *g, const struct mount_table *mounted,
                                const struct mount_table *fstab, const struct mount_line *m, struct disk_group *ret);

/* "/dev/sda1:/dev/sdb1" of a bcachefs, one after the other; any other source is one. True: `each` said so of all. */
bool mount_disks_each(const struct mount_line *m, bool (*each)(void *ctx, const char *source), void *ctx);
