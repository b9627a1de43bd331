/* SPDX-License-Identifier: MIT */
/* grants.c — see grants.h. */
#include "keeper/grants.h"

#include <errno.h>
#include <string.h>

static int set(struct grants *g, const char *path, struct grant new) {
        struct grant *free_one = NULL, *at = NULL;

        if (strlen(path) >= GRANT_PATH)
                return -ENAMETOOLONG;
        for (size_t i = 0; i < GRANTS_MOST; i++) {
                if (strcmp(g->grant[i].path, path) == 0)
                        at = &g->grant[i];
                else if (!free_one && !g->grant[i].path[0])
                        free_one = &g->grant[i];
        }
        if (!at)
                at = free_one;
        if (!at)
                return -ENOSPC;
        *at = new;
        (void)memcpy(at->path, path, strlen(path) + 1);
        return 0;
}

int grants_set(struct grants *g, const char *path, uint32_t mode, uint64_t at) {
        return set(g, path, (struct grant){ .mode = mode, .at = at });
}

int grants_set_system(struct grants *g, const char *path) {
        return set(g, path, (struct grant){ .mode = MODE_WRITE, .system = true });
}

struct grant *grants_find_system(struct grants *g, const char *path) {
        for (size_t i = 0; i < GRANTS_MOST; i++) {
                struct grant *each = &g->grant[i];

                if (each->system && (path_covers(each->path, path) || path_covers(path, each->path)))
                        return each;
        }
        return NULL;
}

void grants_drop(struct grants *g, const char *path, uint64_t before) {
        for (size_t i = 0; i < GRANTS_MOST; i++) {
                struct grant *each = &g->grant[i];

                if (!each->system && each->at < before && path_covers(path, each->path))
                        *each = (struct grant){ 0 };
        }
}

const struct grant *grants_find(const struct grants *g, const char *path) {
        const struct grant *longest = NULL;

        for (size_t i = 0; i < GRANTS_MOST; i++)
                if (path_covers(g->grant[i].path, path)
                    && (!longest || strlen(g->grant[i].path) > strlen(longest->path)))
                        longest = &g->grant[i];
        return longest;
}
