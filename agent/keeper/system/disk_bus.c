/* SPDX-License-Identifier: MIT */
/* disk_bus.c — words of the path, and the attribute `removable` of each device above the disk
 * (Documentation/ABI/testing/sysfs-devices-removable). See disk_bus.h. */
#include "keeper/system/disk_bus.h"

#include "host/file.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

/* "/usb" is in devices/pci0000:00/…/usb1/1-2: the word, with a number behind it. */
static bool disk_bus_has(const char *path, const char *word) {
        const size_t n = strlen(word);

        for (const char *at = strstr(path, word); at; at = strstr(at + 1, word))
                if (isdigit((unsigned char)at[n]))
                        return true;
        return false;
}

/* What the kernel says of the place that this device is in: "removable", "fixed"; "" : nothing. A disk's own attribute
 * of that name says 0 or 1, which a stick chooses itself. */
static void place_of(const struct sysfs_dirs *g, const char *path, char ret[16]) {
        char name[SYSFS_DIRS_PATH + 16];

        (void)snprintf(name, sizeof name, "%s/removable", path);
        if (file_read_line(g->sys, name, ret, 16) < 0)
                ret[0] = '\0';
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
                if (strcmp(place, "removable") == 0)
                        return true;
                if (strcmp(place, "fixed") == 0 && strncmp(slash, "/mmc", 4) == 0)
                        is_fixed_card = true;
        }
        return strstr(block, "/mmc_host/") && !is_fixed_card;
}
