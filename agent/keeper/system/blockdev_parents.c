/* SPDX-License-Identifier: MIT */
/* blockdev_parents.c — follows `slaves` in sysfs, goes up from a partition to its disk, and lists the members of a
 * btrfs in fs/btrfs and of a bcachefs in fs/bcachefs; at most 16 levels deep. See blockdev_parents.h. */
#include "keeper/system/blockdev_parents.h"

#include "host/listing.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#define DEPTH 16 /* levels of stacked devices; a deeper stack is a loop, or nothing that a system boots from */

struct walk {
        const struct sysfs_dirs *dirs;
        blockdev_parents_disk *disk;
        void *ctx;
};

static bool blockdev_parents_walk(const struct walk *w, const char *name, unsigned depth);

/* False: this device is not made of others. */
static bool walk_below(const struct walk *w, int dir, unsigned depth) {
        auto_dir slaves = listing_open(dir, "slaves");
        struct dirent *entry;
        bool any = false;

        while (slaves && (entry = readdir(slaves)))
                if (entry->d_name[0] != '.') {
                        any = true;
                        (void)blockdev_parents_walk(w, entry->d_name, depth + 1);
                }
        return any;
}

static void walk_path(const struct walk *w, char *path, unsigned depth) {
        auto_fd dir = openat(w->dirs->sys, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
        char *slash = strrchr(path, '/');

        if (dir < 0 || depth > DEPTH || walk_below(w, dir, depth))
                return;
        if (slash && faccessat(dir, "partition", F_OK, AT_SYMLINK_NOFOLLOW) == 0) {
                *slash = '\0';
                walk_path(w, path, depth + 1); /* the disk may be an md array */
                return;
        }
        w->disk(w->ctx, path);
}

static bool walk_link(const struct walk *w, const char *link, unsigned depth) {
        char path[SYSFS_DIRS_PATH];

        if (sysfs_dirs_block(w->dirs, link, path) < 0)
                return false;
        walk_path(w, path, depth);
        return true;
}

/* `name`: the kernel's name of the device. */
static bool blockdev_parents_walk(const struct walk *w, const char *name, unsigned depth) {
        char link[SYSFS_DIRS_PATH];

        return (size_t)snprintf(link, sizeof link, "class/block/%s", name) < sizeof link && walk_link(w, link, depth);
}

/* The kernel's name of what stands beneath /dev; "" where that is too long. */
static void name_of(const struct sysfs_dirs *g, const char *node, char ret[SYSFS_DIRS_PATH]) {
        char target[SYSFS_DIRS_PATH];
        ssize_t n = readlinkat(g->dev, node, target, sizeof target - 1);
        const char *slash;

        if (n < 0)
                n = snprintf(target, sizeof target, "%s", node);
        ret[0] = '\0';
        if ((size_t)n >= sizeof target)
                return;
        target[n] = '\0';
        slash = strrchr(target, '/');
        (void)snprintf(ret, SYSFS_DIRS_PATH, "%s", slash ? slash + 1 : target);
}

/* The kernel's name of a member: itself the link in fs/btrfs/ID/devices, or behind fs/bcachefs/ID/dev-0/block. */
static bool member_name(int all, const char *folder, const char *entry, bool behind, char ret[SYSFS_DIRS_PATH]) {
        char link[SYSFS_DIRS_PATH], target[SYSFS_DIRS_PATH];
        ssize_t n;

        (void)snprintf(link, sizeof link, "%.200s/%.200s/block", folder, entry);
        n = behind ? readlinkat(all, link, target, sizeof target - 1) : snprintf(target, sizeof target, "%s", entry);
        if (entry[0] == '.' || n < 0)
                return false;
        target[n] = '\0';
        (void)snprintf(ret, SYSFS_DIRS_PATH, "%s", strrchr(target, '/') ? strrchr(target, '/') + 1 : target);
        return true;
}

/* Walk the members of this one file system, if `name` is one of them; NULL: whatever they are. */
static void walk_members(const struct walk *w, int all, const char *folder, bool behind, const char *name) {
        char member[SYSFS_DIRS_PATH];
        struct dirent *entry;
        auto_dir members = listing_open(all, folder);
        bool is_one = !name;

        while (!is_one && members && (entry = readdir(members)))
                is_one = member_name(all, folder, entry->d_name, behind, member) && strcmp(member, name) == 0;
        if (!is_one || !members)
                return;
        rewinddir(members);
        while ((entry = readdir(members)))
                if (member_name(all, folder, entry->d_name, behind, member))
                        (void)blockdev_parents_walk(w, member, 0);
}

/* The file systems over several devices that the kernel has open, and where it lists what they are made of. */
static const struct {
        const char *folder, *members;
        bool behind;
} several[] = { { "fs/btrfs", "/devices", false }, { "fs/bcachefs", "", true } };
#define SEVERAL (sizeof several / sizeof *several)

static void walk_file_systems(const struct walk *w, size_t kind, const char *name, void (*whole)(void *ctx)) {
        auto_dir all = listing_open(w->dirs->sys, several[kind].folder);
        struct dirent *entry;

        while (all && (entry = readdir(all))) {
                char folder[SYSFS_DIRS_PATH];

                if (entry->d_name[0] == '.')
                        continue;
                (void)snprintf(folder, sizeof folder, "%.200s%s", entry->d_name, several[kind].members);
                walk_members(w, dirfd(all), folder, several[kind].behind, name);
                if (whole)
                        whole(w->ctx);
        }
}

bool blockdev_parents_name(const struct sysfs_dirs *g, const char *node, char ret[SYSFS_DIRS_PATH]) {
        char link[SYSFS_DIRS_PATH + 16], path[SYSFS_DIRS_PATH];

        name_of(g, node, ret);
        (void)snprintf(link, sizeof link, "class/block/%s", ret);
        return ret[0] && sysfs_dirs_block(g, link, path) == 0;
}

bool blockdev_parents_of_node(const struct sysfs_dirs *g, const char *node, blockdev_parents_disk *disk, void *ctx) {
        const struct walk w = { g, disk, ctx };
        char name[SYSFS_DIRS_PATH];

        name_of(g, node, name);
        if (!name[0] || !blockdev_parents_walk(&w, name, 0))
                return false;
        for (size_t i = 0; i < SEVERAL; i++)
                walk_file_systems(&w, i, name, NULL);
        return true;
}

/* Partitions and whole disks are made of one disk only. */
static bool is_volume(const char *name) {
        static const char *const kinds[] = { "dm-", "md", "bcache" };

        for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
                if (strncmp(name, kinds[i], strlen(kinds[i])) == 0)
                        return true;
        return false;
}

void blockdev_parents_each(const struct sysfs_dirs *g, blockdev_parents_disk *disk, void (*whole)(void *ctx),
                           void *ctx) {
        const struct walk w = { g, disk, ctx };
        auto_dir all = listing_open(g->sys, "class/block");
        struct dirent *entry;

        while (all && (entry = readdir(all)))
                if (is_volume(entry->d_name) && blockdev_parents_walk(&w, entry->d_name, 0))
                        whole(ctx);
        for (size_t i = 0; i < SEVERAL; i++)
                walk_file_systems(&w, i, NULL, whole);
}

void blockdev_parents_of_path(const struct sysfs_dirs *g, const char *path, blockdev_parents_disk *disk, void *ctx) {
        const struct walk w = { g, disk, ctx };
        char copy[SYSFS_DIRS_PATH];

        if ((size_t)snprintf(copy, sizeof copy, "%s", path) < sizeof copy)
                walk_path(&w, copy, 0);
}

bool blockdev_parents_of_number(const struct sysfs_dirs *g, const char *number, blockdev_parents_disk *disk,
                                void *ctx) {
        const struct walk w = { g, disk, ctx };
        char link[SYSFS_DIRS_PATH];

        (void)snprintf(link, sizeof link, "dev/block/%s", number);
        return walk_link(&w, link, 0);
}
