/* SPDX-License-Identifier: MIT */
/* plane_map.c — an array; a new key is refused with -E2BIG where it is full, as the kernel does. See plane_map.h. */
#include "unit/agent/keeper/plane_map.h"

#include <errno.h>
#include <string.h>

unsigned plane_map_room = PLANE_MAP_ROOM;
void (*plane_map_dropping)(void);

static struct {
        bool used;
        struct node node;
        struct entry entry;
} map[PLANE_MAP_ROOM];

static size_t place(const struct node *n) {
        for (size_t i = 0; i < PLANE_MAP_ROOM; i++)
                if (map[i].used && memcmp(&map[i].node, n, sizeof *n) == 0)
                        return i;
        return PLANE_MAP_ROOM;
}

int plane_set(const struct plane *p, const struct node *n, const struct entry *e) {
        size_t at = place(n);

        (void)p;
        for (size_t i = 0; at == PLANE_MAP_ROOM && i < plane_map_room; i++)
                if (!map[i].used)
                        at = i;
        if (at == PLANE_MAP_ROOM)
                return -E2BIG;
        map[at].used = true, map[at].node = *n, map[at].entry = *e;
        return 0;
}

int plane_get(const struct plane *p, const struct node *n, struct entry *ret) {
        size_t at = place(n);

        (void)p;
        if (at == PLANE_MAP_ROOM)
                return -ENOENT;
        *ret = map[at].entry;
        return 0;
}

void plane_drop(const struct plane *p, const struct node *n) {
        size_t at = place(n);

        (void)p;
        if (plane_map_dropping)
                plane_map_dropping();
        if (at < PLANE_MAP_ROOM)
                map[at].used = false;
}

void plane_each(const struct plane *p, void (*visit)(void *ctx, const struct node *n, const struct entry *e),
                void *ctx) {
        (void)p;
        for (size_t i = 0; i < PLANE_MAP_ROOM; i++)
                if (map[i].used)
                        visit(ctx, &map[i].node, &map[i].entry);
}

int plane_map_mode(enum node_type type, uint32_t major, uint32_t minor) {
        struct entry e;

        return plane_get(NULL, &(struct node){ type, major, minor }, &e) < 0 ? -1 : (int)e.mode;
}

bool plane_map_opens(enum node_type type, uint32_t major, uint32_t minor) {
        int mode = plane_map_mode(type, major, minor);

        if (mode < 0)
                mode = plane_map_mode(type, major, MINOR_ANY);
        return mode < 0 ? type == NODE_CHAR : mode == (int)MODE_WRITE;
}
