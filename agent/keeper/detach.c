/* SPDX-License-Identifier: MIT */
/* detach.c — see detach.h. Kernel: drivers/base/bus.c (unbind, bind), drivers/scsi/scsi_sysfs.c (delete, scan). */
#include "keeper/detach.h"

#include "base/cleanup.h"
#include "host/file.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define GOES_ON "not cut off, what is open of it goes on: "
#define STAYS_AWAY "cut off, and stays away until it is plugged in again, or the terminal is restarted: "

/* A device directory: its descriptor, its path beneath /sys, and the last part of that path. */
struct detach_place {
        const struct sysfs_dirs *dirs;
        int fd;
        const char *path, *name;
};

/* Unbinding a SCSI disk removes only the block device: a process that has the generic node open can go on. So the SCSI
 * device itself is deleted, and scanned for again. */
static int scsi_again(const struct detach_place *at, struct err *err) {
        unsigned host, channel, target;
        uint64_t lun;
        char folder[2 * SYSFS_DIRS_PATH], where[64];
        const char *behind;
        auto_fd scanner = -1;
        int r;

        if (sscanf(at->name, "%u:%u:%u:%" SCNu64, &host, &channel, &target, &lun) != 4)
                return err_set(err, -ENOTSUP, GOES_ON "%s is no SCSI device", at->name);
        (void)snprintf(where, sizeof where, "/host%u/", host);
        behind = strstr(at->path, where);
        if (!behind)
                return err_set(err, -ENOTSUP, GOES_ON "no %s above it", where);
        (void)snprintf(folder, sizeof folder, "%.*s%sscsi_host/host%u", (int)(behind - at->path), at->path, where,
                       host);
        scanner = directory_open(at->dirs->sys, folder);
        if (scanner < 0)
                return err_errno(err, scanner, GOES_ON "%s", folder);
        r = file_poke(at->fd, "delete", "1\n");
        if (r < 0)
                return err_errno(err, r, GOES_ON "delete");
        (void)snprintf(where, sizeof where, "%u %u %" PRIu64 "\n", channel, target, lun);
        r = file_poke(scanner, "scan", where);
        return r < 0 ? err_errno(err, r, STAYS_AWAY "scan") : 1;
}

/* The target of a symlink in this directory, without the leading `../`; "" if there is none. */
static void link_of(int dir, const char *name, char ret[SYSFS_DIRS_PATH]) {
        char target[SYSFS_DIRS_PATH];
        ssize_t n = readlinkat(dir, name, target, sizeof target - 1);
        const char *at = target;

        target[n < 0 || n == sizeof target - 1 ? 0 : n] = '\0';
        while (strncmp(at, "../", 3) == 0)
                at += 3;
        (void)snprintf(ret, SYSFS_DIRS_PATH, "%s", at);
}

static int driver_again(const struct detach_place *at, struct err *err) {
        char path[SYSFS_DIRS_PATH];
        auto_fd driver = -1;
        int end = 0, r;

        link_of(at->fd, "driver", path);
        if (!path[0])
                return 0; /* no driver is bound */
        (void)sscanf(path, "bus/%*[^/]/drivers/%*[^/]%n", &end);
        if (end == 0 || path[end])
                return err_set(err, -ENOTSUP, GOES_ON "%s is no driver", path);
        driver = directory_open(at->dirs->sys, path);
        r = driver < 0 ? driver : file_poke(driver, "unbind", at->name);
        if (r < 0)
                return err_errno(err, r, GOES_ON "%s/unbind", path);
        r = file_poke(driver, "bind", at->name);
        return r < 0 ? err_errno(err, r, STAYS_AWAY "%s/bind", path) : 1;
}

static int leave_to_the_agent(const struct detach_place *at, struct err *err) {
        (void)at, (void)err;
        return 0; /* the agent takes the device's authorization away */
}

#define FOLDER 0

/* By the kernel's subsystem. An NVMe disk has no driver of its own to unbind: its controller's driver is unbound. */
static const struct {
        const char *subsystem;
        int (*again)(const struct detach_place *at, struct err *err); /* NULL: try the directory above */
} ways[] = {
        [FOLDER] = { "", NULL }, /* a folder between two devices */
        { "block", NULL },
        { "nvme", NULL },
        { "pci", driver_again },
        { "mmc", driver_again },
        { "memstick", driver_again },
        { "virtio", driver_again },
        { "scsi", scsi_again },
        { "usb", leave_to_the_agent },
};
#define WAYS (sizeof ways / sizeof *ways)

static size_t way_of(int dir) {
        char link[SYSFS_DIRS_PATH];
        const char *name;
        size_t i = 0;

        link_of(dir, "subsystem", link);
        name = strrchr(link, '/') ? strrchr(link, '/') + 1 : link;
        while (i < WAYS && strcmp(ways[i].subsystem, name) != 0)
                i++;
        return i;
}

int detach_disk(const struct sysfs_dirs *g, struct grants *grants, const char *path, struct err *err) {
        char at[SYSFS_DIRS_PATH];

        (void)snprintf(at, sizeof at, "%s", path);
        for (char *slash; (slash = strrchr(at, '/')); *slash = '\0') {
                auto_fd dir = directory_open(g->sys, at);
                size_t way = dir < 0 ? WAYS : way_of(dir);

                if (dir == -ENOENT)
                        return 0; /* the device is gone already */
                if (way == WAYS || (way == FOLDER && strcmp(at, path) == 0))
                        break;
                if (!ways[way].again)
                        continue;
                if (grants_find_system(grants, at))
                        return err_set(err, -EBUSY, GOES_ON "the system stands on /sys/%s, too", at);
                return ways[way].again(&(struct detach_place){ g, dir, at, slash + 1 }, err);
        }
        return err_set(err, -ENOTSUP, GOES_ON "/sys/%s has no driver that is known", at);
}
