/* SPDX-License-Identifier: MIT */
/* reading.c — a view is of one disk, by its diskseq, and a disk that was writable since it came is in the map or has
 * been cut off, which gives it another diskseq. See reading.h. */
#include "keeper/reading.h"

#include "keeper/device.h"

#include <stdio.h>
#include <string.h>

struct reading_search {
        struct grants *grants;
        const struct sysfs_dirs *dirs;
        const struct plane *plane;
        const struct readonly_loops *views;
        uint64_t now;
        bool is_in; /* a node of a disk, beneath the device that is looked at, may be opened */
};

static void reading_is_in(void *ctx, const struct uevent *u, const struct node_class *c) {
        struct reading_search *r = ctx;
        struct entry e;

        if (c->kind == NODES_DISK && plane_get(r->plane, &(struct node){ c->type, u->major, u->minor }, &e) == 0
            && e.mode != MODE_NONE)
                r->is_in = true;
}

static bool reading_has_view(const struct readonly_loops *views, uint64_t diskseq) {
        for (size_t i = 0; diskseq && i < READONLY_LOOPS_MAX; i++)
                if (views->view[i].diskseq == diskseq)
                        return true;
        return false;
}

static void reading_seen(void *ctx, const struct uevent *u, const struct node_class *c) {
        struct reading_search *r = ctx;
        char device[SYSFS_DIRS_PATH];

        if (c->type != NODE_BLOCK || !reading_has_view(r->views, u->diskseq) || !device_usb(u->path, device))
                return;
        r->is_in = false;
        device_each(r->dirs, device, reading_is_in, r);
        if (!r->is_in && !grants_find_system(r->grants, device) && grants_set_was_read(r->grants, device, r->now) < 0)
                (void)fprintf(stderr, "sekimori-keeper: %s: no room for it, it will be cut off once\n", device);
        grants_know(r->grants, device, device_identity(r->dirs, device));
}

void reading_restore(struct grants *grants, const struct sysfs_dirs *g, const struct plane *p,
                     const struct readonly_loops *views, uint64_t now) {
        struct reading_search r = { .grants = grants, .dirs = g, .plane = p, .views = views, .now = now };

        device_each(g, "devices", reading_seen, &r);
}
