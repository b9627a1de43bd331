/* SPDX-License-Identifier: MIT */
/* unread.c — asked by a udev rule, when nothing but / is mounted: mountinfo says what that is made of, disk_bus.h what
 * is removable. See unread.h. */
#include "keeper/system/unread.h"

#include "keeper/system/blockdev_parents.h"
#include "keeper/system/disk_group.h"
#include "keeper/system/mount_disks.h"

/* False: nobody can tell what / is made of. */
static bool unread_root(const struct sysfs_dirs *g, struct disk_group *ret) {
        auto_mount_table mounted = { 0 }, fstab = { 0 };
        const struct mount_line *root;

        if (mount_table_of_kernel(g, &mounted) < 0 || mount_table_of_fstab(g, &fstab) < 0)
                return false;
        root = mount_table_at(&mounted, "/");
        return root && mount_disks_of(g, &mounted, &fstab, root, ret) == MOUNT_DISKS_KNOWN
               && (ret->n > 0 || ret->needs_none) && !ret->is_full;
}

bool unread_is_wanted(const struct sysfs_dirs *g, const char *path) {
        struct disk_group disk = { .dirs = g }, root;

        blockdev_parents_of_path(g, path, disk_group_add, &disk);
        return disk_group_is_removable(&disk) && unread_root(g, &root) && !disk_group_is_within(&disk, &root);
}
