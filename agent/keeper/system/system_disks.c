/* SPDX-License-Identifier: MIT */
/* system_disks.c — goes through mountinfo, then fstab, crypttab and swaps; blockdev_parents.h resolves numbers,
 * disk_names.h names. See system_disks.h. */
#include "keeper/system/system_disks.h"

#include "host/file.h"
#include "keeper/system/blockdev_parents.h"
#include "keeper/system/claims.h"
#include "keeper/system/disk_names.h"
#include "keeper/system/mount_disks.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define TEXT_MAX (1024 * 1024)

struct disk_search {
        struct claims claims;
        struct mount_table mounted, fstab;
        char *swaps; /* the text of /proc/swaps */
};

static enum mount_disks group_of_mount(const struct disk_search *s, const struct mount_line *m,
                                       struct disk_group *ret) {
        return mount_disks_of(s->claims.dirs, &s->mounted, &s->fstab, m, ret);
}

static void tell_unknown(const struct disk_search *s, const struct mount_line *m, const char *why) {
        char text[SYSTEM_WHY + 64];

        (void)snprintf(text, sizeof text, "%s (%.40s)", why, m->type);
        s->claims.tell->unknown(s->claims.tell->ctx, text);
}

/* "Found nothing" is an answer only where the kind of file system needs no disk. */
static void search_root(struct disk_search *s, const struct mount_line *root) {
        static const struct mount_line nothing = { .type = "not mounted" };
        const bool is_known = root && group_of_mount(s, root, &s->claims.root) == MOUNT_DISKS_KNOWN;

        if (!is_known || (s->claims.root.n == 0 && !s->claims.root.needs_none))
                tell_unknown(s, root ? root : &nothing, "mounted at /");
        claims_found(&s->claims, &s->claims.root, "mounted at /", BY_PLACE);
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
                claims_found(&s->claims, &g, why, BY_USE);
        }
}

/* The device that this line's name means, if swap is on it. */
static bool swap_in_use(const struct disk_search *s, const char *source, struct disk_group *ret) {
        auto_disk_names wearers = { 0 };
        char node[DISK_NAMES_NODE], line[80];

        if (disk_names_node(source, node))
                disk_names_wearers(s->claims.dirs, node, &wearers);
        for (size_t i = 0; i < wearers.n; i++) {
                (void)snprintf(line, sizeof line, "/dev/%s ", wearers.device[i]);
                if (strstr(s->swaps, line) && claims_of_node(&s->claims, wearers.device[i], ret))
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
                claims_take_place(&n->s->claims, n->in_use, source, n->why);
        else
                claims_follow_name(&n->s->claims, source, n->why);
        return true;
}

static void search_line(const struct disk_search *s, const struct mount_line *l) {
        const struct mount_line *m = mount_table_at(&s->mounted, l->at);
        struct disk_group g = { .dirs = s->claims.dirs };
        char why[SYSTEM_WHY];
        bool in_use = strcmp(l->type, "swap") == 0 ? swap_in_use(s, l->source, &g)
                                                   : m && group_of_mount(s, m, &g) == MOUNT_DISKS_KNOWN;

        (void)snprintf(why, sizeof why, "fstab %s", l->source);
        if (in_use || strcmp(l->type, "zfs") != 0)
                (void)mount_disks_each(l, search_named, &(struct named){ s, why, in_use ? &g : NULL });
        else if (group_of_mount(s, l, &g) == MOUNT_DISKS_KNOWN)
                claims_found(&s->claims, &g, why, BY_NAME);
        else
                claims_missing(&s->claims, why, "");
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
        claims_follow_name(&s->claims, device, why);
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
        if (claims_of_node(&s->claims, mapped, &g))
                claims_take_place(&s->claims, &g, source, why);
        else
                claims_follow_name(&s->claims, source, why);
        search_key(s, key);
}

static void in_swaps(struct disk_search *s, char *text) {
        char source[SYSFS_DIRS_PATH], why[SYSTEM_WHY];
        struct disk_group g;

        if (sscanf(text, "/dev/%500s", source) != 1 || !claims_of_node(&s->claims, source, &g))
                return; /* a file on a disk that is mounted */
        (void)snprintf(why, sizeof why, "swap /dev/%s", source);
        claims_found(&s->claims, &g, why, BY_USE);
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
        return strlen(*ret) == size ? 0 : err_errno(err, -EBADMSG, "%s", name);
}

int system_disks_find(const struct sysfs_dirs *g, const struct system_disks_told *tell, struct err *err) {
        struct disk_search s = { .claims = { g, tell, { .dirs = g } } };
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
        struct claims claims;
        struct disk_group group;
};

static void growth_add(void *ctx, const char *block) {
        struct growth *g = ctx;

        disk_group_add(&g->group, block);
}

static void growth_whole(void *ctx) {
        struct growth *g = ctx;

        claims_found(&g->claims, &g->group, "grown", BY_GROWTH);
        g->group.n = 0;
}

void system_disks_grown(const struct sysfs_dirs *g, const struct system_disks_told *tell) {
        struct growth growth = { .claims = { .dirs = g, .tell = tell }, .group.dirs = g };

        blockdev_parents_each(g, growth_add, growth_whole, &growth);
}
