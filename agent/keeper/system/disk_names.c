/* SPDX-License-Identifier: MIT */
/* disk_names.c — reads udev's database, /run/udev/data/b8:1: "S:" is a link that the device claims beneath /dev, "E:" a
 * property. libudev reads these files, too, but those of the running system only. See disk_names.h. */
#include "keeper/system/disk_names.h"

#include "base/cleanup.h"
#include "host/file.h"
#include "host/listing.h"
#include "keeper/system/blockdev_parents.h"

#include <libudev.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DATABASE_MAX 65536 /* bytes of what udev keeps of one device */

/* Quotes go, and what udev does not put into the name of a link becomes \x20. */
static void link_name(const char *value, char ret[SYSFS_DIRS_PATH]) {
        char plain[SYSFS_DIRS_PATH];
        size_t n = 0;

        for (const char *at = value; *at && n < sizeof plain - 1; at++)
                if (*at != '"')
                        plain[n++] = *at;
        plain[n] = '\0';
        if (udev_util_encode_string(plain, ret, SYSFS_DIRS_PATH) < 0)
                ret[0] = '\0';
}

bool disk_names_node(const char *source, char ret[DISK_NAMES_NODE]) {
        static const struct {
                const char *prefix, *folder;
        } tags[] = { { "UUID=", "disk/by-uuid/" },
                     { "LABEL=", "disk/by-label/" },
                     { "PARTUUID=", "disk/by-partuuid/" },
                     { "PARTLABEL=", "disk/by-partlabel/" },
                     { "ID=", "disk/by-id/" } };
        char name[SYSFS_DIRS_PATH];

        if (strncmp(source, "/dev/", 5) == 0)
                return (size_t)snprintf(ret, DISK_NAMES_NODE, "%s", source + 5) < DISK_NAMES_NODE;
        for (size_t i = 0; i < sizeof tags / sizeof *tags; i++)
                if (strncmp(source, tags[i].prefix, strlen(tags[i].prefix)) == 0) {
                        link_name(source + strlen(tags[i].prefix), name);
                        (void)snprintf(ret, DISK_NAMES_NODE, "%s%s", tags[i].folder, name);
                        return true;
                }
        return false;
}

/* What udev keeps of this device, a line after the other; NULL: nothing. The caller frees it. */
static char *database_of(const struct sysfs_dirs *g, const char *device) {
        char link[128], path[SYSFS_DIRS_PATH], attribute[SYSFS_DIRS_PATH + 8], numbers[32], name[64];
        uint8_t *text;
        size_t size;

        (void)snprintf(link, sizeof link, "class/block/%.64s", device);
        if (sysfs_dirs_block(g, link, path) < 0)
                return NULL;
        (void)snprintf(attribute, sizeof attribute, "%s/dev", path);
        if (file_read_line(g->sys, attribute, numbers, sizeof numbers) < 0)
                return NULL;
        (void)snprintf(name, sizeof name, "udev/data/b%s", numbers); /* not there until udev runs */
        return file_read(g->run, name, DATABASE_MAX, &text, &size) < 0 ? NULL : (char *)text;
}

static bool has_line(const char *text, const char *key, const char *value) {
        const size_t n = strlen(key), m = strlen(value);

        for (const char *at = text; at && *at; at = strchr(at, '\n'), at += at != NULL)
                if (strncmp(at, key, n) == 0 && strncmp(at + n, value, m) == 0 && strchr("\n", at[n + m]))
                        return true;
        return false;
}

static bool claims_link(const char *text, const char *node) {
        return has_line(text, "S:", node);
}

static bool is_of_pool(const char *text, const char *pool) {
        return has_line(text, "E:ID_FS_TYPE=", "zfs_member") && has_line(text, "E:ID_FS_LABEL=", pool);
}

static bool is_unread(const char *text, const char *value) {
        return has_line(text, "E:SEKIMORI_UNREAD=", value);
}

static void names_add(struct disk_names *ret, const char *device) {
        void *more;

        for (size_t i = 0; i < ret->n; i++)
                if (strcmp(ret->device[i], device) == 0)
                        return;
        more = reallocarray(ret->device, ret->n + 1, sizeof *ret->device);
        if (!more)
                abort(); /* a disk that is left out here would be refused */
        ret->device = more;
        (void)snprintf(ret->device[ret->n++], sizeof *ret->device, "%.60s", device);
}

static void names_add_each(const struct sysfs_dirs *g, bool (*is_one)(const char *text, const char *value),
                           const char *value, struct disk_names *ret) {
        auto_dir all = listing_open(g->sys, "class/block");
        struct dirent *entry;

        while (all && (entry = readdir(all))) {
                auto_free char *text = entry->d_name[0] == '.' ? NULL : database_of(g, entry->d_name);

                if (text && is_one(text, value))
                        names_add(ret, entry->d_name);
        }
}

void disk_names_wearers(const struct sysfs_dirs *g, const char *node, struct disk_names *ret) {
        char name[SYSFS_DIRS_PATH];

        *ret = (struct disk_names){ 0 };
        if (blockdev_parents_name(g, node, name))
                names_add(ret, name);
        names_add_each(g, claims_link, node, ret);
}

void disk_names_of_pool(const struct sysfs_dirs *g, const char *pool, struct disk_names *ret) {
        *ret = (struct disk_names){ 0 };
        names_add_each(g, is_of_pool, pool, ret);
}

bool disk_names_property(const struct sysfs_dirs *g, const char *device, const char *key, char ret[64]) {
        auto_free char *text = database_of(g, device);
        const size_t n = strlen(key);

        ret[0] = '\0';
        for (const char *at = text; at && *at; at = strchr(at, '\n'), at += at != NULL)
                if (strncmp(at, "E:", 2) == 0 && strncmp(at + 2, key, n) == 0 && at[2 + n] == '=')
                        (void)snprintf(ret, 64, "%.*s", (int)strcspn(at + 3 + n, "\n"), at + 3 + n);
        return ret[0] != '\0';
}

bool disk_names_is_any_unread(const struct sysfs_dirs *g) {
        auto_disk_names unread = { 0 };

        names_add_each(g, is_unread, "1", &unread);
        return unread.n > 0;
}

void disk_names_free(struct disk_names *names) {
        free(names->device);
        *names = (struct disk_names){ 0 };
}
