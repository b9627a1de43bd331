/* SPDX-License-Identifier: MIT */
/* mount_disks.c — by number; btrfs and bcachefs by their source; an overlay by the mounts that its folders lie in; a
 * ZFS by the members that udev has found. See mount_disks.h. */
#include "keeper/system/mount_disks.h"

#include "keeper/system/blockdev_parents.h"
#include "keeper/system/disk_names.h"

#include <stdio.h>
#include <string.h>

static bool is_one_of(const char *type, const char *const types[]) {
        for (size_t i = 0; types[i]; i++)
                if (strcmp(type, types[i]) == 0)
                        return true;
        return false;
}

static const char *const without_disk[] = { "tmpfs", "ramfs", "rootfs",   "nfs",  "nfs4", "cifs",
                                            "smb3",  "9p",    "virtiofs", "ceph", NULL };
/* The kernel makes their numbers up; their source is the kernel's own word. */
static const char *const over_several[] = { "btrfs", "bcachefs", NULL };

bool mount_disks_each(const struct mount_line *m, bool (*each)(void *ctx, const char *source), void *ctx) {
        const bool splits = strcmp(m->type, "bcachefs") == 0;
        char source[SYSFS_DIRS_PATH];
        const char *next;
        bool all = true;

        for (const char *at = m->source; at; at = next) {
                next = splits ? strstr(at, ":/dev/") : NULL;
                (void)snprintf(source, sizeof source, "%.*s", next ? (int)(next - at) : (int)strlen(at), at);
                all = each(ctx, source) && all;
                next = next ? next + 1 : NULL;
        }
        return all;
}

static bool disks_of_source(void *ctx, const char *source) {
        struct disk_group *g = ctx;
        char node[DISK_NAMES_NODE];

        return disk_names_node(source, node) && blockdev_parents_of_node(g->dirs, node, disk_group_add, g);
}

/* The fixed disks of one pool; where there are none, the removable ones. A copy of a label can be on a removable disk
 * only: two fixed disks of different pools by that name are more than can be told apart. */
static enum mount_disks mount_disks_of_pool(const char *dataset, struct disk_group *ret) {
        struct disk_group removable = { .dirs = ret->dirs }, one;
        auto_disk_names members = { 0 };
        char pool[256], id[64], first[64] = "";

        (void)snprintf(pool, sizeof pool, "%.*s", (int)strcspn(dataset, "/@"), dataset);
        disk_names_of_pool(ret->dirs, pool, &members);
        for (size_t i = 0; i < members.n; i++) {
                one = (struct disk_group){ .dirs = ret->dirs };
                (void)blockdev_parents_of_node(ret->dirs, members.device[i], disk_group_add, &one);
                if (one.n == 0)
                        continue; /* an image, which anybody may have labelled */
                disk_group_join(disk_group_is_removable(&one) ? &removable : ret, &one);
                if (disk_group_is_removable(&one)
                    || !disk_names_property(ret->dirs, members.device[i], "ID_FS_UUID", id))
                        continue;
                if (first[0] && strcmp(first, id) != 0)
                        return MOUNT_DISKS_UNKNOWN;
                (void)memcpy(first, id, sizeof first);
        }
        if (ret->n == 0)
                disk_group_join(ret, &removable);
        return ret->n ? MOUNT_DISKS_KNOWN : MOUNT_DISKS_UNKNOWN;
}

static enum mount_disks mount_disks_below(const struct mount_line *m, struct disk_group *ret) {
        if (is_one_of(m->type, without_disk))
                return ret->needs_none = true, MOUNT_DISKS_KNOWN;
        if (strcmp(m->type, "zfs") == 0)
                return mount_disks_of_pool(m->source, ret);
        if (is_one_of(m->type, over_several))
                return mount_disks_each(m, disks_of_source, ret) ? MOUNT_DISKS_KNOWN : MOUNT_DISKS_UNKNOWN;
        return m->number && blockdev_parents_of_number(ret->dirs, m->number, disk_group_add, ret)
                       ? MOUNT_DISKS_KNOWN
                       : MOUNT_DISKS_UNCLAIMED;
}

/* Each folder of this option lies in a mount other than the overlay, and that one has reached a disk or needs none: an
 * image behind a loop device has not. */
static bool mount_disks_of_folders(const struct mount_table *mounted, const struct mount_line *overlay,
                                   const char *options, const char *option, struct disk_group *ret) {
        const char *at = strstr(options, option);
        char folder[SYSFS_DIRS_PATH];

        for (at = at ? at + strlen(option) : NULL; at && *at && *at != ','; at += *at == ':') {
                const size_t n = strcspn(at, ":,");
                struct disk_group one = { .dirs = ret->dirs };
                const struct mount_line *in;

                (void)snprintf(folder, sizeof folder, "%.*s", (int)n, at);
                in = folder[0] == '/' ? mount_table_above(mounted, folder, overlay) : NULL;
                if (!in || mount_disks_below(in, &one) != MOUNT_DISKS_KNOWN || (one.n == 0 && !one.needs_none))
                        return false;
                disk_group_join(ret, &one);
                ret->needs_none = ret->needs_none || one.needs_none;
                at += n;
        }
        return true;
}

/* overlayroot and its like: mountinfo may leave out what fstab has. */
static enum mount_disks mount_disks_of_overlay(const struct mount_table *mounted, const struct mount_table *fstab,
                                               const struct mount_line *m, struct disk_group *ret) {
        const struct mount_line *line = mount_line_has(m, "lowerdir") ? m : mount_table_at(fstab, m->at);

        return line && mount_line_has(line, "lowerdir")
                               && mount_disks_of_folders(mounted, m, line->options, "lowerdir=", ret)
                               && mount_disks_of_folders(mounted, m, line->options, "upperdir=", ret)
                       ? MOUNT_DISKS_KNOWN
                       : MOUNT_DISKS_UNCLAIMED;
}

enum mount_disks mount_disks_of(const struct sysfs_dirs *g, const struct mount_table *mounted,
                                const struct mount_table *fstab, const struct mount_line *m, struct disk_group *ret) {
        *ret = (struct disk_group){ .dirs = g };
        return strcmp(m->type, "overlay") == 0 ? mount_disks_of_overlay(mounted, fstab, m, ret)
                                               : mount_disks_below(m, ret);
}
