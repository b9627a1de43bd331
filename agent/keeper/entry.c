/* SPDX-License-Identifier: MIT */
/* entry.c — a full hash map says -E2BIG to a new key; an entry that is there already can always be replaced. See
 * entry.h. */
#include "keeper/entry.h"

#include "keeper/device.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define LOOP "devices/virtual/block/loop"

static struct node major_of(const struct node *n) {
        return (struct node){ n->type, n->major, MINOR_ANY };
}

bool entry_is_spare(const struct plane *p, const struct node *n) {
        const struct node any = major_of(n);
        struct entry e;

        return plane_get(p, &any, &e) == 0 ? e.mode != MODE_NONE : n->type == NODE_CHAR;
}

struct room {
        const struct plane *plane;
        const struct sysfs_dirs *dirs;
        bool made;
};

static void give_up_a_loop(void *ctx, const struct node *n, const struct entry *e) {
        struct room *r = ctx;
        char path[SYSFS_DIRS_PATH];

        if (r->made || n->type != NODE_BLOCK || n->minor == MINOR_ANY || e->mode != MODE_WRITE
            || !device_path(r->dirs, n, path) || strncmp(path, LOOP, strlen(LOOP)) != 0)
                return;
        plane_drop(r->plane, n);
        r->made = true;
        (void)fprintf(stderr, "sekimori-keeper: the table is full: /sys/%s is refused from now on\n", path);
}

int entry_store(const struct plane *p, const struct sysfs_dirs *g, const struct node *n, const struct entry *e) {
        struct room room = { .plane = p, .dirs = g };
        int r = plane_set(p, n, e);

        if (r == 0)
                return 0;
        plane_each(p, give_up_a_loop, &room);
        return room.made ? plane_set(p, n, e) : r;
}

int entry_refuse(const struct plane *p, const struct sysfs_dirs *g, const struct node *n, uint64_t diskseq) {
        const struct entry none = { .mode = MODE_NONE, .diskseq = diskseq };
        const struct node any = major_of(n);
        int r = 0;

        if (!entry_is_spare(p, n))
                plane_drop(p, n);
        else
                r = entry_store(p, g, n, &none);
        if (r == 0)
                return 0;
        (void)fprintf(stderr,
                      "sekimori-keeper: the table is full: every node with the major number %u is refused that has no "
                      "entry of its own\n",
                      n->major);
        return plane_set(p, &any, &(struct entry){ .mode = MODE_NONE });
}
