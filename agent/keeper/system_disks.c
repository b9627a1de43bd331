/* SPDX-License-Identifier: MIT */
/* system_disks.c — see system_disks.h. */
#include "keeper/system_disks.h"

#include "host/file.h"
#include "host/listing.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#define TEXT_MAX (1024 * 1024)
#define DEPTH 16 /* of what stands on what; deeper is a loop, or nothing anybody boots from */

struct search {
        const struct ground *ground;
        void (*found)(void *ctx, const char *path);
        void *ctx;
        bool needed; /* what is looked at now is wanted whatever its bus */
};

static bool is_for_removable_things(const char *path) {
        static const char *const marks[] = { "/usb", "/mmc_host/", "/block/sr", "/block/fd", "/fw" };

        for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
                if (strstr(path, marks[i]))
                        return true;
        return false;
}

static void step_up(char *path) {
        char *slash = strrchr(path, '/');

        if (slash)
                *slash = '\0';
}

/* The device that the disk belongs to: names like sda come and go with it. */
static void whole_disk(struct search *s, char *path) {
        if (strncmp(path, "devices/virtual/block/", strlen("devices/virtual/block/")) == 0)
                return; /* a file or memory: what is below is found by its own mount */
        if (is_for_removable_things(path) && !s->needed)
                return;
        step_up(path);
        if (strcmp(strrchr(path, '/') ? strrchr(path, '/') : "", "/block") == 0)
                step_up(path);
        s->found(s->ctx, path);
}

static void walk(struct search *s, const char *name, unsigned depth);

/* False: it stands on nothing else. */
static bool walk_below(struct search *s, int dir, unsigned depth) {
        auto_dir slaves = listing_open(dir, "slaves");
        struct dirent *entry;
        bool any = false;

        while (slaves && (entry = readdir(slaves)))
                if (entry->d_name[0] != '.') {
                        any = true;
                        walk(s, entry->d_name, depth + 1);
                }
        return any;
}

static void walk_path(struct search *s, char *path, unsigned depth) {
        auto_fd dir = openat(s->ground->sys, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);

        if (dir < 0 || depth > DEPTH || walk_below(s, dir, depth))
                return;
        if (faccessat(dir, "partition", F_OK, AT_SYMLINK_NOFOLLOW) == 0) {
                step_up(path);
                walk_path(s, path, depth + 1); /* of an md, maybe */
                return;
        }
        whole_disk(s, path);
}

static void walk_link(struct search *s, const char *link, unsigned depth) {
        char path[GROUND_PATH];

        if (ground_block(s->ground, link, path) == 0)
                walk_path(s, path, depth);
}

/* By the kernel's name for it. */
static void walk(struct search *s, const char *name, unsigned depth) {
        char link[GROUND_PATH];

        if ((size_t)snprintf(link, sizeof link, "class/block/%s", name) < sizeof link)
                walk_link(s, link, depth);
}

/* The kernel's name of what stands beneath /dev: sda1, mapper/home, disk/by-uuid/…; "" where nothing does. */
static void name_of(const struct ground *g, const char *node, char ret[GROUND_PATH]) {
        char target[GROUND_PATH];
        ssize_t n = readlinkat(g->dev, node, target, sizeof target - 1);
        const char *slash;

        if (n < 0)
                n = snprintf(target, sizeof target, "%s", node);
        ret[0] = '\0';
        if ((size_t)n >= sizeof target)
                return;
        target[n] = '\0';
        slash = strrchr(target, '/');
        (void)snprintf(ret, GROUND_PATH, "%s", slash ? slash + 1 : target);
}

/* All members of the btrfs that this one belongs to. */
static void walk_btrfs(struct search *s, const char *name) {
        auto_dir all = listing_open(s->ground->sys, "fs/btrfs");
        struct dirent *entry;

        while (all && (entry = readdir(all))) {
                char folder[GROUND_PATH], member[2 * GROUND_PATH];
                auto_dir members = NULL;
                struct dirent *each;

                (void)snprintf(folder, sizeof folder, "%.100s/devices", entry->d_name);
                (void)snprintf(member, sizeof member, "%s/%s", folder, name);
                if (faccessat(dirfd(all), member, F_OK, AT_SYMLINK_NOFOLLOW) < 0)
                        continue;
                members = listing_open(dirfd(all), folder);
                while (members && (each = readdir(members)))
                        if (each->d_name[0] != '.')
                                walk(s, each->d_name, 0);
        }
}

static void walk_node(struct search *s, const char *node) {
        char name[GROUND_PATH];

        name_of(s->ground, node, name);
        if (!name[0])
                return;
        walk(s, name, 0);
        walk_btrfs(s, name);
}

/* UUID=…, LABEL="…", /dev/… as fstab and crypttab have it. */
static void walk_source(struct search *s, const char *source) {
        static const struct {
                const char *prefix, *folder;
        } tags[] = { { "UUID=", "disk/by-uuid/" },
                     { "LABEL=", "disk/by-label/" },
                     { "PARTUUID=", "disk/by-partuuid/" },
                     { "PARTLABEL=", "disk/by-partlabel/" },
                     { "/dev/", "" } };
        char node[GROUND_PATH];

        for (size_t i = 0; i < sizeof tags / sizeof *tags; i++) {
                const char *value = source + strlen(tags[i].prefix);
                bool quoted;

                if (strncmp(source, tags[i].prefix, strlen(tags[i].prefix)) != 0)
                        continue;
                quoted = *value == '"';
                (void)snprintf(node, sizeof node, "%s%.*s", tags[i].folder, (int)strcspn(value + quoted, "\""),
                               value + quoted);
                walk_node(s, node);
        }
}

/* 36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw */
static void mounted(struct search *s, char *line) {
        char number[32], at[GROUND_PATH], source[GROUND_PATH] = "", link[GROUND_PATH];
        const char *behind = strstr(line, " - ");

        if (!behind || sscanf(line, "%*s %*s %31s %*s %511s", number, at) != 2
            || sscanf(behind + 3, "%*s %511s", source) != 1)
                return;
        s->needed = strcmp(at, "/") == 0;
        (void)snprintf(link, sizeof link, "dev/block/%s", number);
        walk_link(s, link, 0);
        walk_source(s, source); /* a btrfs has a number that is no device's */
}

static bool has_option(const char *options, const char *option) {
        size_t n = strlen(option);

        for (const char *at = options; *at; at += strcspn(at, ","), at += *at == ',')
                if (strncmp(at, option, n) == 0 && (at[n] == ',' || at[n] == '\0'))
                        return true;
        return false;
}

/* What is mounted only when somebody asks for it, nothing that boots needs. */
static void in_fstab(struct search *s, char *line) {
        char source[GROUND_PATH], options[GROUND_PATH] = "";

        s->needed = true;
        if (line[0] != '#' && sscanf(line, "%511s %*s %*s %511s", source, options) >= 1
            && !has_option(options, "noauto"))
                walk_source(s, source);
}

static void in_crypttab(struct search *s, char *line) {
        char source[GROUND_PATH], options[GROUND_PATH] = "";

        s->needed = true;
        if (line[0] != '#' && sscanf(line, "%*s %511s %*s %511s", source, options) >= 1
            && !has_option(options, "noauto"))
                walk_source(s, source);
}

static void swapped(struct search *s, char *line) {
        char source[GROUND_PATH];

        s->needed = false;
        if (sscanf(line, "%511s", source) == 1)
                walk_source(s, source);
}

static int each_line(struct search *s, int dir, const char *name, void (*line)(struct search *s, char *line)) {
        auto_free uint8_t *text = NULL;
        char *rest = NULL;
        size_t size;
        int r = file_read(dir, name, TEXT_MAX, &text, &size);

        for (char *at = r < 0 ? NULL : strtok_r((char *)text, "\n", &rest); at; at = strtok_r(NULL, "\n", &rest))
                line(s, at);
        return r;
}

int system_disks_find(const struct ground *g, void (*found)(void *ctx, const char *path), void *ctx, struct err *err) {
        struct search s = { .ground = g, .found = found, .ctx = ctx };
        int r = each_line(&s, g->proc, "self/mountinfo", mounted);

        if (r < 0)
                return err_errno(err, r, "/proc/self/mountinfo");
        (void)each_line(&s, g->proc, "swaps", swapped); /* none in this kernel, no such file: none is used */
        (void)each_line(&s, g->etc, "fstab", in_fstab);
        (void)each_line(&s, g->etc, "crypttab", in_crypttab);
        return 0;
}
