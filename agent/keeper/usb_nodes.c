/* SPDX-License-Identifier: MIT */
/* usb_nodes.c — a node is let in if the grant of the USB device nearest above it names its kind, and if the device that
 * is there now is the one for which the grant was given. See usb_nodes.h. */
#include "keeper/usb_nodes.h"

#include "keeper/entry.h"

#include <stdio.h>
#include <string.h>

bool usb_nodes_grant_reaches(const struct grant *grant, const char *path) {
        char nearest[SYSFS_DIRS_PATH];

        return !device_usb(path, nearest) || path_covers(nearest, grant->path);
}

/* A root hub is the machine's own, and no device behind it can be reached through it. */
static bool is_root_hub(const char *path) {
        const char *name = strrchr(path, '/');

        return name && device_is_on_usb(name);
}

static bool usb_nodes_are_granted(const struct sysfs_dirs *g, const struct grants *grants, const char *path,
                                  enum node_kind kind) {
        char nearest[SYSFS_DIRS_PATH];
        const struct grant *grant = device_usb(path, nearest) ? grants_find(grants, nearest) : NULL;

        return grant && strcmp(grant->path, nearest) == 0 && (grant->nodes & kind) && grant->devnum
               && device_number(g, nearest, "devnum") == grant->devnum;
}

void usb_nodes_judge(const struct plane *p, const struct sysfs_dirs *g, const struct grants *grants,
                     const struct uevent *u, const struct node_class *c) {
        const struct node node = { c->type, u->major, u->minor };
        int r;

        if (!device_is_on_usb(u->path))
                return;
        if (!is_root_hub(u->path) && !usb_nodes_are_granted(g, grants, u->path, c->kind))
                r = entry_refuse(p, g, &node, 0);
        else
                r = entry_store(p, g, &node, &(struct entry){ .mode = MODE_WRITE });
        if (r < 0)
                (void)fprintf(stderr, "sekimori-keeper: /sys/%s: the table is full, nothing is changed for it\n",
                              u->path);
}
