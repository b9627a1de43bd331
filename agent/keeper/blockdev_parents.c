/* SPDX-License-Identifier: MIT */
/* blockdev_parents.c — follows `slaves` in sysfs, goes up from a partition to its disk, and lists a btrfs's members in
 * fs/btrfs; at most 16 levels deep. See blockdev_parents.h. */
#include "keeper/blockdev_parents.h"

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

/* All members of the btrfs that this device belongs to. */
static void walk_btrfs(const struct walk *w, const char *name) {
        auto_dir all = listing_open(w->dirs->sys, "fs/btrfs");
        struct dirent *entry;

        while (all && (entry = readdir(all))) {
                char folder[SYSFS_DIRS_PATH], member[2 * SYSFS_DIRS_PATH];
                auto_dir members = NULL;
                struct dirent *each;

                (void)snprintf(folder, sizeof folder, "%.100s/devices", entry->d_name);
                (void)snprintf(member, sizeof member, "%s/%s", folder, name);
                if (faccessat(dirfd(all), member, F_OK, AT_SYMLINK_NOFOLLOW) < 0)
                        continue;
                members = listing_open(dirfd(all), folder);
                while (members && (each = readdir(members)))
                        if (each->d_name[0] != '.')
                                (void)blockdev_parents_walk(w, each->d_name, 0);
        }
}

bool blockdev_parents_of_node(const struct sysfs_dirs *g, const char *node, blockdev_parents_disk *disk, void *ctx) {
        const struct walk w = { g, disk, ctx };
        char name[SYSFS_DIRS_PATH];

        name_of(g, node, name);
        if (!name[0] || !blockdev_parents_walk(&w, name, 0))
                return false;
        walk_btrfs(&w, name);
        return true;
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
