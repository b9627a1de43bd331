/* SPDX-License-Identifier: MIT */
/* system_disks.c — parses mountinfo, swaps, fstab and crypttab (not `noauto`); UUID= and the like become names of
 * udev's links in /dev/disk, which blockdev_parents.h resolves. See system_disks.h. */
#include "keeper/system_disks.h"

#include "base/cleanup.h"
#include "host/file.h"
#include "keeper/blockdev_parents.h"

#include <libudev.h>
#include <stdio.h>
#include <string.h>

#define TEXT_MAX (1024 * 1024)

struct disk_search {
        const struct sysfs_dirs *dirs;
        const struct system_disks_told *tell;
        const char *why;
        bool needed; /* the current device is needed, whatever its bus */
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
static void system_disks_disk(void *ctx, const char *block) {
        struct disk_search *s = ctx;
        char path[SYSFS_DIRS_PATH];

        if (strncmp(block, "devices/virtual/block/", strlen("devices/virtual/block/")) == 0)
                return; /* a file or memory: the disk below is found by its own mount */
        if (is_for_removable_things(block) && !s->needed)
                return;
        (void)snprintf(path, sizeof path, "%s", block);
        step_up(path);
        if (strcmp(strrchr(path, '/') ? strrchr(path, '/') : "", "/block") == 0)
                step_up(path);
        s->tell->found(s->tell->ctx, path, s->why, s->needed);
}

static int system_disks_octal(const char *at) {
        for (size_t i = 0; i < 3; i++)
                if (at[i] < '0' || at[i] > '7')
                        return -1;
        return (at[0] - '0') * 64 + (at[1] - '0') * 8 + (at[2] - '0');
}

/* From the form in a table (quotes, \040) to the form in the names of udev's links (\x20). */
static void link_name(const char *value, char ret[SYSFS_DIRS_PATH]) {
        char plain[SYSFS_DIRS_PATH];
        size_t n = 0;

        for (const char *at = value; *at && n < sizeof plain - 1; at++) {
                int code = *at == '\\' ? system_disks_octal(at + 1) : -1;

                if (code >= 0)
                        at += 3;
                if (*at != '"')
                        plain[n++] = code >= 0 ? (char)code : *at;
        }
        plain[n] = '\0';
        if (udev_util_encode_string(plain, ret, SYSFS_DIRS_PATH) < 0)
                ret[0] = '\0';
}

/* UUID=…, LABEL="…", /dev/… as fstab and crypttab have it. False: it names a disk that is not there. */
static bool walk_source(struct disk_search *s, const char *source) {
        static const struct {
                const char *prefix, *folder;
        } tags[] = { { "UUID=", "disk/by-uuid/" },
                     { "LABEL=", "disk/by-label/" },
                     { "PARTUUID=", "disk/by-partuuid/" },
                     { "PARTLABEL=", "disk/by-partlabel/" },
                     { "ID=", "disk/by-id/" } };
        char name[SYSFS_DIRS_PATH], node[2 * SYSFS_DIRS_PATH];

        if (strncmp(source, "/dev/", 5) == 0)
                return blockdev_parents_of_node(s->dirs, source + 5, system_disks_disk, s);
        for (size_t i = 0; i < sizeof tags / sizeof *tags; i++)
                if (strncmp(source, tags[i].prefix, strlen(tags[i].prefix)) == 0) {
                        link_name(source + strlen(tags[i].prefix), name);
                        (void)snprintf(node, sizeof node, "%s%s", tags[i].folder, name);
                        return blockdev_parents_of_node(s->dirs, node, system_disks_disk, s);
                }
        return true; /* a network, a file, memory */
}

/* 36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw */
static void system_disks_mounted(struct disk_search *s, char *line) {
        char number[32], at[SYSFS_DIRS_PATH], source[SYSFS_DIRS_PATH] = "", why[SYSTEM_WHY];
        const char *behind = strstr(line, " - ");

        if (!behind || sscanf(line, "%*s %*s %31s %*s %511s", number, at) != 2
            || sscanf(behind + 3, "%*s %511s", source) != 1)
                return;
        (void)snprintf(why, sizeof why, "mounted at %s", at);
        s->why = why;
        s->needed = strcmp(at, "/") == 0;
        (void)blockdev_parents_of_number(s->dirs, number, system_disks_disk, s);
        (void)walk_source(s, source); /* the number of a btrfs belongs to no device */
}

static bool has_option(const char *options, const char *option) {
        size_t n = strlen(option);

        for (const char *at = options; *at; at += strcspn(at, ","), at += *at == ',')
                if (strncmp(at, option, n) == 0 && (at[n] == ',' || at[n] == '\0'))
                        return true;
        return false;
}

/* A `noauto` entry is mounted only on demand: the boot does not need it. */
static void system_disks_named(struct disk_search *s, const char *table, const char *source, const char *options) {
        char why[SYSTEM_WHY];

        if (source[0] == '#' || has_option(options, "noauto"))
                return;
        (void)snprintf(why, sizeof why, "%s %s", table, source);
        s->why = why;
        s->needed = true;
        if (!walk_source(s, source))
                s->tell->missing(s->tell->ctx, why);
}

static void in_fstab(struct disk_search *s, char *line) {
        char source[SYSFS_DIRS_PATH], options[SYSFS_DIRS_PATH] = "";

        if (sscanf(line, "%511s %*s %*s %511s", source, options) >= 1)
                system_disks_named(s, "fstab", source, options);
}

static void in_crypttab(struct disk_search *s, char *line) {
        char name[SYSFS_DIRS_PATH], source[SYSFS_DIRS_PATH], options[SYSFS_DIRS_PATH] = "";

        if (sscanf(line, "%511s %511s %*s %511s", name, source, options) >= 2 && name[0] != '#')
                system_disks_named(s, "crypttab", source, options);
}

static void system_disks_swapped(struct disk_search *s, char *line) {
        char source[SYSFS_DIRS_PATH], why[SYSTEM_WHY];

        if (sscanf(line, "%511s", source) != 1)
                return;
        (void)snprintf(why, sizeof why, "swap %s", source);
        s->why = why;
        s->needed = false;
        (void)walk_source(s, source);
}

static int each_line(struct disk_search *s, int dir, const char *name,
                     void (*line)(struct disk_search *s, char *line)) {
        auto_free uint8_t *text = NULL;
        char *rest = NULL;
        size_t size;
        int r = file_read(dir, name, TEXT_MAX, &text, &size);

        for (char *at = r < 0 ? NULL : strtok_r((char *)text, "\n", &rest); at; at = strtok_r(NULL, "\n", &rest))
                line(s, at);
        return r;
}

int system_disks_find(const struct sysfs_dirs *g, const struct system_disks_told *tell, struct err *err) {
        struct disk_search s = { .dirs = g, .tell = tell };
        int r = each_line(&s, g->proc, "self/mountinfo", system_disks_mounted);

        if (r < 0)
                return err_errno(err, r, "/proc/self/mountinfo");
        (void)each_line(&s, g->proc, "swaps",
                        system_disks_swapped); /* a kernel without swap has no such file: none is used */
        (void)each_line(&s, g->etc, "fstab", in_fstab);
        (void)each_line(&s, g->etc, "crypttab", in_crypttab);
        return 0;
}
