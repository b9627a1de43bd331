/* SPDX-License-Identifier: MIT */
/* disk_group.c — a fixed array without repetitions. See disk_group.h. */
#include "keeper/system/disk_group.h"

#include "keeper/system/disk_bus.h"

#include <stdio.h>
#include <string.h>

#define VIRTUAL "devices/virtual/block/"

static void step_up(char *path) {
        char *slash = strrchr(path, '/');

        if (slash)
                *slash = '\0';
}

static bool group_has(const struct disk_group *g, const char *path) {
        for (size_t i = 0; i < g->n; i++)
                if (strcmp(g->disk[i].path, path) == 0)
                        return true;
        return false;
}

/* Or behind a network. */
static bool is_in_memory(const char *name) {
        return strncmp(name, "ram", 3) == 0 || strncmp(name, "zram", 4) == 0 || strncmp(name, "nbd", 3) == 0;
}

static void group_put(struct disk_group *g, const char *path, bool is_removable) {
        if (group_has(g, path))
                return;
        g->is_full = g->is_full || g->n == DISK_GROUP_MAX;
        if (g->n == DISK_GROUP_MAX)
                return;
        g->disk[g->n].is_removable = is_removable;
        (void)memcpy(g->disk[g->n++].path, path, strlen(path) + 1);
}

void disk_group_add(void *ctx, const char *block) {
        struct disk_group *g = ctx;
        char path[SYSFS_DIRS_PATH];

        if (strncmp(block, VIRTUAL, strlen(VIRTUAL)) == 0) { /* a loop's file lies on a disk, which has its own mount */
                g->needs_none = g->needs_none || is_in_memory(block + strlen(VIRTUAL));
                return;
        }
        (void)snprintf(path, sizeof path, "%s", block);
        step_up(path);
        if (strcmp(strrchr(path, '/') ? strrchr(path, '/') : "", "/block") == 0)
                step_up(path);
        group_put(g, path, disk_bus_is_removable(g->dirs, block));
}

void disk_group_join(struct disk_group *g, const struct disk_group *more) {
        for (size_t i = 0; i < more->n; i++)
                group_put(g, more->disk[i].path, more->disk[i].is_removable);
}

bool disk_group_is_within(const struct disk_group *g, const struct disk_group *of) {
        for (size_t i = 0; i < g->n; i++)
                if (!group_has(of, g->disk[i].path))
                        return false;
        return true;
}

bool disk_group_is_removable(const struct disk_group *g) {
        for (size_t i = 0; i < g->n; i++)
                if (g->disk[i].is_removable)
                        return true;
        return false;
}
