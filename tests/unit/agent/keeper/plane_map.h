/* SPDX-License-Identifier: MIT */
/* plane_map.h — a map in memory in place of the kernel's; program.c is judged by what it would open. */
#pragma once

#include "keeper/plane.h"

#define PLANE_MAP_ROOM 64
extern unsigned plane_map_room;          /* entries that it holds; PLANE_MAP_ROOM at first */
extern void (*plane_map_dropping)(void); /* before an entry is dropped; NULL: nothing */

/* What its own entry says; -1: it has none. */
int plane_map_mode(enum node_type type, uint32_t major, uint32_t minor);

/* What program.c would let anybody do: by its own entry, else by its major's, else a character device opens. */
bool plane_map_opens(enum node_type type, uint32_t major, uint32_t minor);
