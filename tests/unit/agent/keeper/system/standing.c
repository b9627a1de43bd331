/* SPDX-License-Identifier: MIT */
/* standing.c — builds them with sysfs.h, and collects what is told. See standing.h. */
#include "unit/agent/keeper/system/standing.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

struct standing standing;

static void add_line(char to[4096], const char *what) {
        const size_t n = strlen(to);

        if (!strstr(to, what))
                (void)snprintf(to + n, 4096 - n, "%s\n", what);
}

static void told_found(void *ctx, const char *path, const char *why, bool early) {
        (void)ctx, (void)why, (void)early;
        add_line(standing.found, path);
}

static void told_missing(void *ctx, const char *why) {
        (void)ctx;
        add_line(standing.missing, why);
}

static void told_twin(void *ctx, const char *path, const char *why) {
        (void)ctx, (void)why;
        add_line(standing.twins, path);
}

static void told_unknown(void *ctx, const char *why) {
        (void)ctx;
        add_line(standing.unknown, why);
}

void standing_begin(void) {
        standing = (struct standing){
                .dirs = sysfs_begin(),
                .tell = { .found = told_found, .missing = told_missing, .twin = told_twin, .unknown = told_unknown }
        };
        sysfs_device("block", DISK(1) "/block/sda", "8:0", "1\n");
        sysfs_device("block", DISK(1) "/block/sda/sda1", "8:1", NULL);
        sysfs_device("block", DISK(1) "/block/sda/sda2", "8:2", NULL);
        sysfs_device("block", DISK(2) "/block/sdb", "8:16", "2\n");
        sysfs_device("block", DISK(2) "/block/sdb/sdb1", "8:17", NULL);
        sysfs_device("block", NVME "/nvme0n1", "259:0", "3\n");
        sysfs_device("block", NVME "/nvme0n1/nvme0n1p1", "259:1", NULL);
        sysfs_device("block", STICK "/block/sdc", "8:32", "4\n");
        sysfs_device("block", STICK "/block/sdc/sdc1", "8:33", NULL);
        sysfs_device("block", CARD "/block/mmcblk0", "179:0", "5\n");
        sysfs_device("block", CARD "/block/mmcblk0/mmcblk0p1", "179:1", NULL);
        for (const char *name = "sda1\0sda2\0sdb1\0sdc1\0nvme0n1p1\0mmcblk0p1\0"; *name; name += strlen(name) + 1)
                sysfs_node(name, name);
}

void standing_end(void) {
        sysfs_end(&standing.dirs);
}

const char *standing_disks(void) {
        struct err err = { 0 };

        standing.found[0] = standing.missing[0] = standing.twins[0] = standing.unknown[0] = '\0';
        cr_assert_eq(system_disks_find(&standing.dirs, &standing.tell, &err), 0, "%s", err.text);
        return standing.found;
}

static char mountinfo[2048];

void standing_also_mounted(const char *numbers, const char *at, const char *source) {
        const size_t n = strlen(mountinfo);

        (void)snprintf(mountinfo + n, sizeof mountinfo - n, "36 1 %s / %s rw,relatime shared:1 - ext4 %s rw\n", numbers,
                       at, source);
        sysfs_write("proc/self/mountinfo", mountinfo);
}

void standing_mounted(const char *numbers, const char *at, const char *source) {
        mountinfo[0] = '\0';
        standing_also_mounted(numbers, at, source);
}

void standing_wears(const char *numbers, const char *link, const char *properties) {
        char file[64], text[512];

        (void)snprintf(file, sizeof file, "run/udev/data/b%s", numbers);
        (void)snprintf(text, sizeof text, "S:%s\nI:4711\n%sG:systemd\n", link, properties);
        sysfs_write(file, text);
}
