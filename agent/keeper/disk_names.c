/* SPDX-License-Identifier: MIT */
/* disk_names.c — reads udev's database, /run/udev/data/b8:1: "S:" is a link that the device claims beneath /dev, "E:" a
 * property. libudev reads these files, too, but those of the running system only. See disk_names.h. */
#include "keeper/disk_names.h"

#include "base/cleanup.h"
#include "host/file.h"
#include "host/listing.h"
#include "keeper/blockdev_parents.h"
#include "keeper/device.h"

#include <libudev.h>
#include <stdio.h>
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
        char link[128], path[SYSFS_DIRS_PATH];
        struct node node;
        uint8_t *text;
        size_t size;

        (void)snprintf(link, sizeof link, "class/block/%.64s", device);
        if (sysfs_dirs_block(g, link, path) < 0 || !device_node(g, path, NODE_BLOCK, &node))
                return NULL;
        (void)snprintf(link, sizeof link, "b%u:%u", node.major, node.minor);
        return file_read(g->udev, link, DATABASE_MAX, &text, &size) < 0 ? NULL : (char *)text;
}

/* What stands behind `key` at the beginning of a line; NULL: no line begins so. */
static const char *value_of(const char *text, const char *key, size_t *ret_size) {
        for (const char *at = text; at && *at; at = strchr(at, '\n'), at += at != NULL)
                if (strncmp(at, key, strlen(key)) == 0) {
                        *ret_size = strcspn(at + strlen(key), "\n");
                        return at + strlen(key);
                }
        return NULL;
}

static bool has_line(const char *text, const char *key, const char *value) {
        const size_t n = strlen(value);

        for (const char *at = text; at && *at; at = strchr(at, '\n'), at += at != NULL)
                if (strncmp(at, key, strlen(key)) == 0 && strncmp(at + strlen(key), value, n) == 0
                    && strchr("\n", at[strlen(key) + n]))
                        return true;
        return false;
}

static bool claims_link(const char *text, const char *node) {
        return has_line(text, "S:", node);
}

static void names_add(struct disk_names *ret, const char *device) {
        for (size_t i = 0; i < ret->n; i++)
                if (strcmp(ret->device[i], device) == 0)
                        return;
        ret->is_full = ret->is_full || ret->n == DISK_NAMES_MAX;
        if (ret->n < DISK_NAMES_MAX)
                (void)snprintf(ret->device[ret->n++], sizeof ret->device[0], "%.60s", device);
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

bool disk_names_are_members(const struct sysfs_dirs *g, const char *a, const char *b) {
        static const char *const types[] = { "btrfs", "bcachefs" };
        auto_free char *one = database_of(g, a), *other = database_of(g, b);
        const char *sub, *also;
        size_t n, m;

        for (size_t i = 0; i < 2 && one && other; i++)
                if (has_line(one, "E:ID_FS_TYPE=", types[i]) && has_line(other, "E:ID_FS_TYPE=", types[i]))
                        return (sub = value_of(one, "E:ID_FS_UUID_SUB=", &n))
                               && (also = value_of(other, "E:ID_FS_UUID_SUB=", &m))
                               && (n != m || strncmp(sub, also, n) != 0);
        return false;
}
