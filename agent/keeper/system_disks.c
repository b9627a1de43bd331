/* SPDX-License-Identifier: MIT */
/* system_disks.c — goes through mountinfo, then fstab, crypttab and swaps; blockdev_parents.h resolves numbers,
 * disk_names.h names. See system_disks.h. */
#include "keeper/system_disks.h"

#include "host/file.h"
#include "keeper/blockdev_parents.h"
#include "keeper/disk_group.h"
#include "keeper/disk_names.h"
#include "keeper/mount_disks.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define TEXT_MAX (1024 * 1024)

struct disk_search {
        const struct sysfs_dirs *dirs;
        const struct system_disks_told *tell;
        struct mount_table mounted, fstab;
        char *swaps;            /* the text of /proc/swaps */
        struct disk_group root; /* what / is made of */
};

/* By what a disk is one of the system's. */
enum claim {
        BY_USE,   /* it is in use: counts on a fixed bus */
        BY_NAME,  /* a table names it, and it is not in use: counts on a fixed bus, and is missed elsewhere */
        BY_PLACE, /* it is in use where a table wants it, or / is on it: counts on every bus */
};

static bool stood_on_one(const struct disk_search *s, const struct disk_group *g) {
        for (size_t i = 0; s->tell->stood && i < g->n; i++)
                if (s->tell->stood(s->tell->ctx, g->disk[i].path))
                        return true;
        return !s->tell->stood || g->n == 0;
}

static void tell_missing(const struct disk_search *s, const char *why, const char *because) {
        char text[SYSTEM_WHY + 32];

        (void)snprintf(text, sizeof text, "%s%s", why, because);
        s->tell->missing(s->tell->ctx, text);
}

static void tell_found(const struct disk_search *s, const struct disk_group *g, const char *why, enum claim claim) {
        const bool is_root = disk_group_is_within(g, &s->root);

        if (g->is_full)
                s->tell->unknown(s->tell->ctx, why);
        if (!is_root && !stood_on_one(s, g)) {
                if (claim != BY_USE)
                        tell_missing(s, why, "");
                return;
        }
        for (size_t i = 0; i < g->n; i++)
                if (claim == BY_PLACE || !g->disk[i].is_removable)
                        s->tell->found(s->tell->ctx, g->disk[i].path, why, g->disk[i].is_removable && !is_root);
}

static void tell_twin(const struct disk_search *s, const struct disk_group *g, const char *why) {
        for (size_t i = 0; i < g->n; i++)
                s->tell->twin(s->tell->ctx, g->disk[i].path, why);
}

static bool group_of_node(const struct disk_search *s, const char *node, struct disk_group *ret) {
        *ret = (struct disk_group){ .dirs = s->dirs };
        return blockdev_parents_of_node(s->dirs, node, disk_group_add, ret);
}

static enum mount_disks group_of_mount(const struct disk_search *s, const struct mount_line *m,
                                       struct disk_group *ret) {
        return mount_disks_of(s->dirs, &s->mounted, &s->fstab, m, ret);
}

/* Who wears the name of what is in use, without being part of it? A removable disk gives way to a fixed one: whoever
 * was first at the boot may have been the copy. Not where / is on it. */
static void take_place(const struct disk_search *s, const struct disk_group *g, const char *source, const char *why) {
        const bool may_lose = disk_group_is_removable(g) && !disk_group_is_within(g, &s->root);
        bool lost = false;
        auto_disk_names wearers = { 0 };
        struct disk_group other;
        char node[DISK_NAMES_NODE];

        if (disk_names_node(source, node))
                disk_names_wearers(s->dirs, node, &wearers);
        for (size_t i = 0; i < wearers.n; i++) {
                if (!group_of_node(s, wearers.device[i], &other) || disk_group_is_within(&other, g))
                        continue;
                if (!may_lose || disk_group_is_removable(&other))
                        tell_twin(s, &other, why);
                else {
                        tell_found(s, &other, why, BY_NAME);
                        lost = true;
                }
        }
        if (lost)
                tell_twin(s, g, why);
        else
                tell_found(s, g, why, BY_PLACE);
}

/* The first that is on fixed disks; udev's link is asked first. SIZE_MAX: none is. */
static size_t disks_choose(const struct disk_search *s, const struct disk_names *wearers, struct disk_group *ret) {
        size_t chosen = SIZE_MAX;
        struct disk_group other;

        for (size_t i = 0; i < wearers->n && (chosen == SIZE_MAX || ret->n == 0); i++)
                if (group_of_node(s, wearers->device[i], &other) && !disk_group_is_removable(&other)
                    && (chosen == SIZE_MAX || other.n)) {
                        *ret = other;
                        chosen = i;
                }
        return chosen;
}

/* Of one btrfs or bcachefs, and neither a copy of the other. */
static bool are_members(const struct sysfs_dirs *g, const char *a, const char *b) {
        char type[64], also[64], id[64], other[64];

        return disk_names_property(g, a, "ID_FS_TYPE", type) && disk_names_property(g, b, "ID_FS_TYPE", also)
               && strcmp(type, also) == 0 && (strcmp(type, "btrfs") == 0 || strcmp(type, "bcachefs") == 0)
               && disk_names_property(g, a, "ID_FS_UUID_SUB", id) && disk_names_property(g, b, "ID_FS_UUID_SUB", other)
               && strcmp(id, other) != 0;
}

static void follow_name(const struct disk_search *s, const char *source, const char *why) {
        auto_disk_names wearers = { 0 };
        struct disk_group taken, other;
        char node[DISK_NAMES_NODE];
        size_t chosen;

        if (!disk_names_node(source, node))
                return; /* a network, a file, memory */
        disk_names_wearers(s->dirs, node, &wearers);
        chosen = disks_choose(s, &wearers, &taken);
        if (chosen == SIZE_MAX) {
                tell_missing(s, why, wearers.n ? " (removable)" : "");
                return;
        }
        tell_found(s, &taken, why, BY_NAME);
        for (size_t i = 0; i < wearers.n; i++) {
                if (!group_of_node(s, wearers.device[i], &other) || disk_group_is_within(&other, &taken))
                        continue;
                if (!disk_group_is_removable(&other) && are_members(s->dirs, wearers.device[chosen], wearers.device[i]))
                        tell_found(s, &other, why, BY_NAME);
                else
                        tell_twin(s, &other, why);
        }
}

static void tell_unknown(const struct disk_search *s, const struct mount_line *m, const char *why) {
        char text[SYSTEM_WHY + 64];

        (void)snprintf(text, sizeof text, "%s (%.40s)", why, m->type);
        s->tell->unknown(s->tell->ctx, text);
}

/* "Found nothing" is an answer only where the kind of file system needs no disk. */
static void search_root(struct disk_search *s, const struct mount_line *root) {
        static const struct mount_line nothing = { .type = "not mounted" };
        const bool is_known = root && group_of_mount(s, root, &s->root) == MOUNT_DISKS_KNOWN;

        if (!is_known || (s->root.n == 0 && !s->root.needs_none))
                tell_unknown(s, root ? root : &nothing, "mounted at /");
        tell_found(s, &s->root, "mounted at /", BY_PLACE);
}

static void search_mounts(struct disk_search *s) {
        const struct mount_line *root = mount_table_at(&s->mounted, "/");
        char why[SYSTEM_WHY];
        struct disk_group g;

        search_root(s, root);
        for (size_t i = 0; i < s->mounted.lines; i++) {
                const struct mount_line *m = &s->mounted.line[i];

                (void)snprintf(why, sizeof why, "mounted at %s", m->at);
                if (m == root)
                        continue;
                if (group_of_mount(s, m, &g) == MOUNT_DISKS_UNKNOWN)
                        tell_unknown(s, m, why);
                tell_found(s, &g, why, BY_USE);
        }
}

/* The device that this line's name means, if swap is on it. */
static bool swap_in_use(const struct disk_search *s, const char *source, struct disk_group *ret) {
        auto_disk_names wearers = { 0 };
        char node[DISK_NAMES_NODE], line[80];

        if (disk_names_node(source, node))
                disk_names_wearers(s->dirs, node, &wearers);
        for (size_t i = 0; i < wearers.n; i++) {
                (void)snprintf(line, sizeof line, "/dev/%s ", wearers.device[i]);
                if (strstr(s->swaps, line) && group_of_node(s, wearers.device[i], ret))
                        return true;
        }
        return false;
}

/* A `noauto` line is mounted only by hand, unless an automounter waits at its place. */
static bool is_wanted(const struct mount_line *l) {
        return !mount_line_has(l, "noauto") || mount_line_has(l, "x-systemd.automount");
}

struct named {
        const struct disk_search *s;
        const char *why;
        const struct disk_group *in_use; /* NULL: nothing is */
};

static bool search_named(void *ctx, const char *source) {
        const struct named *n = ctx;

        if (n->in_use)
                take_place(n->s, n->in_use, source, n->why);
        else
                follow_name(n->s, source, n->why);
        return true;
}

static void search_line(const struct disk_search *s, const struct mount_line *l) {
        const struct mount_line *m = mount_table_at(&s->mounted, l->at);
        struct disk_group g = { .dirs = s->dirs };
        char why[SYSTEM_WHY];
        bool in_use = strcmp(l->type, "swap") == 0 ? swap_in_use(s, l->source, &g)
                                                   : m && group_of_mount(s, m, &g) == MOUNT_DISKS_KNOWN;

        (void)snprintf(why, sizeof why, "fstab %s", l->source);
        if (in_use || strcmp(l->type, "zfs") != 0)
                (void)mount_disks_each(l, search_named, &(struct named){ s, why, in_use ? &g : NULL });
        else if (group_of_mount(s, l, &g) == MOUNT_DISKS_KNOWN)
                tell_found(s, &g, why, BY_NAME);
        else
                tell_missing(s, why, "");
}

static void search_fstab(const struct disk_search *s) {
        for (size_t i = 0; i < s->fstab.lines; i++)
                if (is_wanted(&s->fstab.line[i]))
                        search_line(s, &s->fstab.line[i]);
}

/* "/path:UUID=…", "/dev/disk/by-label/…:/path": the key lies on a disk that the next boot needs. */
static void search_key(const struct disk_search *s, char *key) {
        char why[SYSTEM_WHY], node[DISK_NAMES_NODE], *device = strchr(key, ':');

        if (strncmp(key, "/dev/", 5) == 0) {
                if (device)
                        *device = '\0';
                device = key;
        } else if (device)
                device++;
        if (!device || !disk_names_node(device, node) || strcmp(node, "urandom") == 0 || strcmp(node, "random") == 0)
                return;
        (void)snprintf(why, sizeof why, "crypttab key %s", device);
        follow_name(s, device, why);
}

static void in_crypttab(struct disk_search *s, char *text) {
        char name[SYSFS_DIRS_PATH], source[SYSFS_DIRS_PATH], key[SYSFS_DIRS_PATH] = "", options[SYSFS_DIRS_PATH] = "";
        char mapped[SYSFS_DIRS_PATH + 16], why[SYSTEM_WHY];
        struct disk_group g;

        if (sscanf(text, "%511s %511s %511s %511s", name, source, key, options) < 2 || name[0] == '#'
            || !is_wanted(&(struct mount_line){ .options = options }))
                return;
        (void)snprintf(why, sizeof why, "crypttab %s", source);
        (void)snprintf(mapped, sizeof mapped, "mapper/%s", name);
        if (group_of_node(s, mapped, &g))
                take_place(s, &g, source, why);
        else
                follow_name(s, source, why);
        search_key(s, key);
}

static void in_swaps(struct disk_search *s, char *text) {
        char source[SYSFS_DIRS_PATH], why[SYSTEM_WHY];
        struct disk_group g;

        if (sscanf(text, "/dev/%500s", source) != 1 || !group_of_node(s, source, &g))
                return; /* a file on a disk that is mounted */
        (void)snprintf(why, sizeof why, "swap /dev/%s", source);
        tell_found(s, &g, why, BY_USE);
}

static void each_line(struct disk_search *s, const char *from, void (*line)(struct disk_search *s, char *text)) {
        auto_free char *text = strdup(from);
        char *rest = NULL;

        for (char *at = text ? strtok_r(text, "\n", &rest) : NULL; at; at = strtok_r(NULL, "\n", &rest))
                line(s, at);
}

/* A file that is not there is an empty one: a kernel without swap has no list of it. */
static int text_read(int dir, const char *name, char **ret, struct err *err) {
        uint8_t *text;
        size_t size;
        int r = file_read(dir, name, TEXT_MAX, &text, &size);

        if (r == -ENOENT)
                return (*ret = strdup("")) ? 0 : -ENOMEM;
        if (r < 0)
                return err_errno(err, r, "%s", name);
        *ret = (char *)text;
        return 0;
}

int system_disks_find(const struct sysfs_dirs *g, const struct system_disks_told *tell, struct err *err) {
        struct disk_search s = { .dirs = g, .tell = tell, .root.dirs = g };
        auto_free char *crypttab = NULL, *swaps = NULL;
        int r = mount_table_of_kernel(g, &s.mounted);

        if (r < 0)
                r = err_errno(err, r, "/proc/self/mountinfo");
        else if ((r = mount_table_of_fstab(g, &s.fstab)) < 0)
                r = err_errno(err, r, "/etc/fstab");
        if (r == 0)
                r = text_read(g->etc, "crypttab", &crypttab, err);
        if (r == 0)
                r = text_read(g->proc, "swaps", &swaps, err);
        if (r == 0) {
                s.swaps = swaps;
                search_mounts(&s);
                each_line(&s, swaps, in_swaps);
                search_fstab(&s);
                each_line(&s, crypttab, in_crypttab);
        }
        mount_table_free(&s.mounted);
        mount_table_free(&s.fstab);
        return r;
}

struct growth {
        const struct system_disks_told *tell;
        struct disk_group group;
};

static void growth_add(void *ctx, const char *block) {
        struct growth *g = ctx;

        disk_group_add(&g->group, block);
}

static void growth_whole(void *ctx) {
        struct growth *g = ctx;
        const struct disk_search s = { .dirs = g->group.dirs, .tell = g->tell };

        if (stood_on_one(&s, &g->group))
                tell_found(&s, &g->group, "grown", BY_PLACE);
        g->group.n = 0;
}

void system_disks_grown(const struct sysfs_dirs *g, const struct system_disks_told *tell) {
        struct growth growth = { .tell = tell, .group.dirs = g };

        blockdev_parents_each(g, growth_add, growth_whole, &growth);
}
