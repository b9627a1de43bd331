/* SPDX-License-Identifier: MIT */
/* nodes.h — keeps the plane's map true to what is plugged in and granted: one device node after the other, as the
 * kernel announces them. */
#pragma once

#include "keeper/grants.h"
#include "keeper/media.h"
#include "keeper/readonly_loop.h"
#include "keeper/uevent.h"

struct nodes {
        struct sysfs_dirs dirs;
        struct plane plane;
        struct grants grants;
        struct readonly_loops readonly_loops;
        bool in_force; /* else nobody was refused yet, and nobody has to look again */
        bool taken_back;
        struct media media;
        /* What is on the media of a device that is looked at. NULL: nobody asks. */
        void (*told)(void *ctx, const char *path, uint64_t diskseq, const struct medium_facts *m);
        void *ctx;
};

/* From now on media can be looked at; until nodes_blind(), which is harmless to repeat. */
void nodes_watch(struct nodes *n, struct loop *l);
void nodes_blind(struct nodes *n);

/* Was a disk of this device let in because the system stands on it, by the keeper before us? True also where that one
 * did not say so of any: it was of an older version. */
bool nodes_were_the_systems(const struct nodes *n, const char *path);

/* After a restart: what the map holds of disks that are not the same any more goes. */
void nodes_recheck(struct nodes *n);

/* Everything present that this path (beneath /sys) covers; "devices": everything. */
void nodes_scan(struct nodes *n, const char *below);

void nodes_announced(struct nodes *n, const struct uevent *u);

/* The agent's word for a plugged-in device: by its path beneath /sys. Passed over, and said once, where the system
 * stands on a disk that is this device, above it or below it. */
void nodes_grant(struct nodes *n, const char *path, uint32_t mode, uint64_t upto);
void nodes_look(struct nodes *n, const char *path);
void nodes_revoke(struct nodes *n, const char *path);
