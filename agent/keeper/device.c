/* SPDX-License-Identifier: MIT */
/* device.c — reads the attributes `dev`, `partition` and `diskseq` and lists /sys/class and /sys/bus; what is there
 * already is described as a uevent with the action "change". See device.h. */
#include "keeper/device.h"

#include "host/file.h"
#include "host/listing.h"
#include "wire/keeper.h"

#include <ctype.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static const struct node_class classes[] = {
        { "class/block", "block", NODE_BLOCK, NODES_DISK },
        { "class/scsi_generic", "scsi_generic", NODE_CHAR, NODES_DISK },
        { "class/bsg", "bsg", NODE_CHAR, NODES_DISK },
        { "class/nvme", "nvme", NODE_CHAR, NODES_DISK },
        { "class/nvme-generic", "nvme-generic", NODE_CHAR, NODES_DISK },
        { "class/scsi_tape", "scsi_tape", NODE_CHAR, NODES_DISK },
        { "bus/usb/devices", "usb", NODE_CHAR, NODES_USBFS },
        { "class/usbmisc", "usbmisc", NODE_CHAR, NODES_MISC },
        { "class/tty", "tty", NODE_CHAR, NODES_SERIAL },
        { "class/hidraw", "hidraw", NODE_CHAR, NODES_HIDRAW },
        { "class/sound", "sound", NODE_CHAR, NODES_SOUND },
        { "class/video4linux", "video4linux", NODE_CHAR, NODES_VIDEO },
        { "bus/media/devices", "media", NODE_CHAR, NODES_VIDEO },
        { "class/dvb", "dvb", NODE_CHAR, NODES_VIDEO },
};
#define CLASSES (sizeof classes / sizeof *classes)

uint64_t device_number(const struct sysfs_dirs *g, const char *path, const char *attribute) {
        char name[SYSFS_DIRS_PATH], text[32];

        (void)snprintf(name, sizeof name, "%s/%s", path, attribute);
        return file_read_line(g->sys, name, text, sizeof text) > 0 ? strtoull(text, NULL, 10) : 0;
}

uint64_t device_identity(const struct sysfs_dirs *g, const char *path) {
        struct stat st;

        return fstatat(g->sys, path, &st, AT_SYMLINK_NOFOLLOW) == 0 ? st.st_ino : 0;
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

/* The uevent that the kernel would send for a device that is present already, if `below` covers it. */
static bool device_described(const struct sysfs_dirs *g, const struct node_class *c, const char *name,
                             const char *below, struct uevent *ret) {
        char link[SYSFS_DIRS_PATH];
        struct node node;

        *ret = (struct uevent){ .action = "change" };
        (void)snprintf(link, sizeof link, "%s/%.200s", c->folder, name);
        if (sysfs_dirs_block(g, link, ret->path) < 0 || !path_covers(below, ret->path)
            || !device_node(g, ret->path, c->type, &node))
                return false;
        ret->major = node.major, ret->minor = node.minor;
        ret->diskseq = device_diskseq(g, ret->path);
        (void)snprintf(ret->name, sizeof ret->name, "%.60s", name);
        for (char *bang = ret->name; (bang = strchr(bang, '!'));)
                *bang = '/'; /* cciss!c0d0 */
        return true;
}

const struct node_class *device_class(const char *subsystem) {
        for (size_t i = 0; i < CLASSES; i++)
                if (strcmp(subsystem, classes[i].subsystem) == 0)
                        return &classes[i];
        return NULL;
}

/* The root hub's part of the path, "/usb1"; NULL: there is none. */
static const char *device_root_hub(const char *path) {
        for (const char *at = strstr(path, "/usb"); at; at = strstr(at + 1, "/usb"))
                if (isdigit((unsigned char)at[4]))
                        return at;
        return NULL;
}

bool device_is_on_usb(const char *path) {
        return device_root_hub(path) != NULL;
}

/* Devices on USB are named by their ports, 1-4.2; interfaces have a colon, too: 1-4.2:1.0. */
static bool names_a_usb_device(const char *name, size_t size) {
        const size_t digits = strspn(name, "0123456789");

        return digits > 0 && name[digits] == '-' && digits + 1 < size
               && strspn(name + digits + 1, "0123456789.") == size - digits - 1;
}

bool device_usb(const char *path, char ret[static SYSFS_DIRS_PATH]) {
        const char *at = device_root_hub(path);
        size_t end = 0;

        while (at && (at = strchr(at + 1, '/')))
                if (names_a_usb_device(at + 1, strcspn(at + 1, "/")))
                        end = (size_t)(at - path) + 1 + strcspn(at + 1, "/");
        if (end == 0 || end >= SYSFS_DIRS_PATH)
                return false;
        memcpy(ret, path, end);
        ret[end] = '\0';
        return true;
}

void device_each(const struct sysfs_dirs *g, const char *below, device_visit *visit, void *ctx) {
        for (size_t i = 0; i < CLASSES; i++) {
                auto_dir all = listing_open(g->sys, classes[i].folder);
                struct dirent *entry;
                struct uevent u;

                while (all && (entry = readdir(all)))
                        if (entry->d_name[0] != '.' && device_described(g, &classes[i], entry->d_name, below, &u))
                                visit(ctx, &u, &classes[i]);
        }
}
