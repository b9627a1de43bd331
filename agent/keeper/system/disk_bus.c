/* SPDX-License-Identifier: MIT */
/* disk_bus.c — words of the path; the bus and the attribute `removable` of the disk and of each device above it
 * (Documentation/ABI/testing/sysfs-devices-removable, sysfs-block). See disk_bus.h. */
#include "keeper/system/disk_bus.h"

#include "host/file.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* "/usb" is in devices/pci0000:00/…/usb1/1-2: the word, with a number behind it. */
static bool disk_bus_has(const char *path, const char *word) {
        const size_t n = strlen(word);

        for (const char *at = strstr(path, word); at; at = strstr(at + 1, word))
                if (isdigit((unsigned char)at[n]))
                        return true;
        return false;
}

/* What the kernel says of the place that this device is in: "removable", "fixed"; "" : nothing. A disk itself says of
 * its medium "1" or "0": 0 is no proof, a stick may say it, too. */
static void place_of(const struct sysfs_dirs *g, const char *path, char ret[16]) {
        char name[SYSFS_DIRS_PATH + 16];

        (void)snprintf(name, sizeof name, "%s/removable", path);
        if (file_read_line(g->sys, name, ret, 16) < 0)
                ret[0] = '\0';
}

/* Slots for a Memory Stick, and for PC Cards (with a CF card): the path has no word for the latter. */
static bool is_on_card_bus(const struct sysfs_dirs *g, const char *path) {
        char name[SYSFS_DIRS_PATH + 16], target[SYSFS_DIRS_PATH];
        const char *bus;
        ssize_t n;

        (void)snprintf(name, sizeof name, "%s/subsystem", path);
        n = readlinkat(g->sys, name, target, sizeof target - 1);
        target[n > 0 ? n : 0] = '\0';
        bus = strrchr(target, '/');
        return bus && (strcmp(bus, "/memstick") == 0 || strcmp(bus, "/pcmcia") == 0);
}

/* A disk's own word. Not on SATA: some kernels say it of every disk at a port that could be plugged while running,
 * which on many boards is each of them. */
static bool says_removable(const char *block, const char *place) {
        return strcmp(place, "1") == 0 && !disk_bus_has(block, "/ata");
}

bool disk_bus_is_removable(const struct sysfs_dirs *g, const char *block) {
        bool is_fixed_card = false;
        char path[SYSFS_DIRS_PATH], place[16];

        if (disk_bus_has(block, "/usb") || disk_bus_has(block, "/fw") || disk_bus_has(block, "/block/sr")
            || disk_bus_has(block, "/block/fd"))
                return true;
        (void)snprintf(path, sizeof path, "%s", block);
        for (char *slash; (slash = strrchr(path, '/')); *slash = '\0') {
                place_of(g, path, place);
                if (strcmp(place, "removable") == 0 || says_removable(block, place) || is_on_card_bus(g, path))
                        return true;
                if (strcmp(place, "fixed") == 0 && strncmp(slash, "/mmc", 4) == 0)
                        is_fixed_card = true;
        }
        return strstr(block, "/mmc_host/") && !is_fixed_card;
}
