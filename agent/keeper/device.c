/* SPDX-License-Identifier: MIT */
/* device.c — reads the attributes `dev`, `partition` and `diskseq` and lists /sys/class; what is there already is
 * described as a uevent with the action "change". See device.h. */
#include "keeper/device.h"

#include "host/file.h"
#include "host/listing.h"
#include "wire/keeper.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The classes that have device nodes of disks. */
static const struct {
        const char *class;
        enum node_type type;
} classes[] = {
        { "block", NODE_BLOCK }, { "scsi_generic", NODE_CHAR }, { "bsg", NODE_CHAR },
        { "nvme", NODE_CHAR },   { "nvme-generic", NODE_CHAR }, { "scsi_tape", NODE_CHAR },
};
#define CLASSES (sizeof classes / sizeof *classes)

uint64_t device_number(const struct sysfs_dirs *g, const char *path, const char *attribute) {
        char name[SYSFS_DIRS_PATH], text[32];

        (void)snprintf(name, sizeof name, "%s/%s", path, attribute);
        return file_read_line(g->sys, name, text, sizeof text) > 0 ? strtoull(text, NULL, 10) : 0;
}

bool device_is_partition(const struct sysfs_dirs *g, const char *path) {
        return device_number(g, path, "partition") != 0;
}

uint64_t device_diskseq(const struct sysfs_dirs *g, const char *path) {
        return device_number(g, path, device_is_partition(g, path) ? "../diskseq" : "diskseq");
}

bool device_node(const struct sysfs_dirs *g, const char *path, enum node_type type, struct node *ret) {
        char name[SYSFS_DIRS_PATH], text[32];

        *ret = (struct node){ .type = type };
        (void)snprintf(name, sizeof name, "%s/dev", path);
        return file_read_line(g->sys, name, text, sizeof text) > 0
               && sscanf(text, "%" SCNu32 ":%" SCNu32, &ret->major, &ret->minor) == 2;
}

bool device_path(const struct sysfs_dirs *g, const struct node *node, char ret[static SYSFS_DIRS_PATH]) {
        char link[64];

        (void)snprintf(link, sizeof link, "dev/%s/%" PRIu32 ":%" PRIu32, node->type == NODE_BLOCK ? "block" : "char",
                       node->major, node->minor);
        return sysfs_dirs_block(g, link, ret) == 0;
}

/* The uevent that the kernel would send for a device that is present already. */
static bool device_described(const struct sysfs_dirs *g, size_t class, const char *name, struct uevent *ret) {
        char link[SYSFS_DIRS_PATH];
        struct node node;

        *ret = (struct uevent){ .action = "change" };
        (void)snprintf(link, sizeof link, "class/%s/%.200s", classes[class].class, name);
        if (sysfs_dirs_block(g, link, ret->path) < 0 || !device_node(g, ret->path, classes[class].type, &node))
                return false;
        ret->major = node.major, ret->minor = node.minor;
        ret->diskseq = device_diskseq(g, ret->path);
        (void)snprintf(ret->name, sizeof ret->name, "%.60s", name);
        for (char *bang = ret->name; (bang = strchr(bang, '!'));)
                *bang = '/'; /* cciss!c0d0 */
        return true;
}

bool device_class(const char *subsystem, enum node_type *ret) {
        for (size_t i = 0; i < CLASSES; i++)
                if (strcmp(subsystem, classes[i].class) == 0) {
                        *ret = classes[i].type;
                        return true;
                }
        return false;
}

void device_each(const struct sysfs_dirs *g, const char *below, device_visit *visit, void *ctx) {
        for (size_t i = 0; i < CLASSES; i++) {
                char folder[64];
                auto_dir all = NULL;
                struct dirent *entry;
                struct uevent u;

                (void)snprintf(folder, sizeof folder, "class/%s", classes[i].class);
                all = listing_open(g->sys, folder);
                while (all && (entry = readdir(all)))
                        if (entry->d_name[0] != '.' && device_described(g, i, entry->d_name, &u)
                            && path_covers(below, u.path))
                                visit(ctx, &u, classes[i].type);
        }
}
