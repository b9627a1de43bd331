/* SPDX-License-Identifier: MIT */
/* grants.c — a fixed array of grants: the longest path that covers a device decides, and grants_drop skips the disks
 * that the system stands on. See grants.h. */
#include "keeper/grants.h"

#include <errno.h>
#include <string.h>

/* The grant of exactly this path; else a free one; NULL: there is none. */
static struct grant *grants_place(struct grants *g, const char *path) {
        struct grant *free_one = NULL;

        for (size_t i = 0; i < GRANTS_MAX; i++) {
                if (strcmp(g->grant[i].path, path) == 0)
                        return &g->grant[i];
                if (!free_one && !g->grant[i].path[0])
                        free_one = &g->grant[i];
        }
        return free_one;
}

static int grants_put(struct grants *g, const char *path, struct grant new) {
        struct grant *at = grants_place(g, path);

        if (strlen(path) >= GRANT_PATH)
                return -ENAMETOOLONG;
        if (!at)
                return -ENOSPC;
        *at = new;
        (void)memcpy(at->path, path, strlen(path) + 1);
        return 0;
}

int grants_set(struct grants *g, const char *path, uint32_t mode, uint64_t upto, uint64_t at) {
        struct grant new = { .mode = mode, .upto = upto, .look = upto != 0, .at = at }, *had = grants_place(g, path);

        if (had && upto)
                new.told = had->told;
        return grants_put(g, path, new);
}

void grants_open(struct grants *g, const char *path, unsigned nodes, uint32_t devnum) {
        struct grant *at = grants_place(g, path);

        if (at && at->path[0])
                at->nodes = nodes, at->devnum = devnum;
}

void grants_know(struct grants *g, const char *path, uint64_t is) {
        struct grant *at = grants_place(g, path);

        if (at && at->path[0])
                at->is = is;
}

int grants_set_was_read(struct grants *g, const char *path, uint64_t at) {
        return grants_put(g, path, (struct grant){ .was_read = true, .at = at });
}

int grants_look(struct grants *g, const char *path, uint64_t at) {
        struct grant new = { .mode = MODE_NONE }, *had = grants_place(g, path);

        if (had && had->path[0])
                new = *had;
        new.look = true, new.at = at;
        new.told.medium.state = MEDIUM_UNKNOWN;
        return grants_put(g, path, new);
}

bool grants_tell(struct grants *g, const char *path, uint64_t diskseq, const struct medium_facts *m) {
        const struct grant *of = grants_find(g, path);
        struct grant *at = of ? grants_place(g, of->path) : NULL;

        if (!at || !at->look || (at->told.diskseq == diskseq && memcmp(&at->told.medium, m, sizeof *m) == 0))
                return false;
        at->told.diskseq = diskseq;
        at->told.medium = *m;
        return true;
}

int grants_set_system(struct grants *g, const char *path) {
        return grants_put(g, path, (struct grant){ .mode = MODE_WRITE, .system = true });
}

struct grant *grants_find_system(struct grants *g, const char *path) {
        for (size_t i = 0; i < GRANTS_MAX; i++) {
                struct grant *each = &g->grant[i];

                if (each->system && (path_covers(each->path, path) || path_covers(path, each->path)))
                        return each;
        }
        return NULL;
}

void grants_drop(struct grants *g, const char *path, uint64_t before) {
        for (size_t i = 0; i < GRANTS_MAX; i++) {
                struct grant *each = &g->grant[i];

                if (!each->system && each->at < before && path_covers(path, each->path))
                        *each = (struct grant){ 0 };
        }
}

const struct grant *grants_find(const struct grants *g, const char *path) {
        const struct grant *longest = NULL;

        for (size_t i = 0; i < GRANTS_MAX; i++)
                if (path_covers(g->grant[i].path, path)
                    && (!longest || strlen(g->grant[i].path) > strlen(longest->path)))
                        longest = &g->grant[i];
        return longest;
}
