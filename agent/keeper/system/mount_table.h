/* SPDX-License-Identifier: MIT */
/* mount_table.h — the lines of /proc/self/mountinfo and of /etc/fstab, in one form. Knows nothing of disks. */
#pragma once

#include "base/cleanup.h"
#include "keeper/system/sysfs_dirs.h"

#include <stdbool.h>
#include <stddef.h>

struct mount_line {
        const char *number; /* of the device, "8:1"; "0:31" where the kernel made one up; NULL in fstab */
        const char *source, *at, *type;
        const char *options; /* of fstab; of mountinfo those of the file system itself (lowerdir=) */
};

struct mount_table {
        char *text;
        struct mount_line *line;
        size_t lines;
};

/* proc_self_mountinfo(5), fstab(5); octal escapes are resolved. The caller frees *ret. No fstab is an empty one; any
 * other file that cannot be read is -errno. */
int mount_table_of_kernel(const struct sysfs_dirs *g, struct mount_table *ret);
int mount_table_of_fstab(const struct sysfs_dirs *g, struct mount_table *ret);
void mount_table_free(struct mount_table *t);
#define auto_mount_table __attribute__((cleanup(mount_table_free))) struct mount_table

/* What is mounted at exactly this place, on top of what else is. NULL: nothing. */
const struct mount_line *mount_table_at(const struct mount_table *t, const char *at);

/* The mount that this path lies in, of all but `except` (NULL: of all). NULL: none. What was mounted first need not
 * come first: a copied mount namespace lists parents before what is mounted in them. */
const struct mount_line *mount_table_above(const struct mount_table *t, const char *path,
                                           const struct mount_line *except);

bool mount_line_has(const struct mount_line *l, const char *option);
