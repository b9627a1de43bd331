/* SPDX-License-Identifier: MIT */
/* nodes.h — keeps the plane's map in step with what is plugged in and granted: one device node after the other, as the
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
        bool in_force; /* false: no open was refused yet, so udev and the kernel need not look again */
        bool taken_back;
        struct media media;
        /* Reports what is on the media of a device that is looked at. NULL: not wanted. */
        void (*told)(void *ctx, const char *path, uint64_t diskseq, const struct medium_facts *m);
        void *ctx;
};

/* From now on media can be looked at; until nodes_blind(), which is harmless to repeat. */
void nodes_watch(struct nodes *n, struct loop *l);
void nodes_blind(struct nodes *n);

/* Did the keeper before this one let in a disk of this device because the system stands on it? True also if that keeper
 * marked no disk at all: then it was an older version. */
bool nodes_were_the_systems(const struct nodes *n, const char *path);

/* After a restart: drop the map entries of disks that are gone or have been replaced. */
void nodes_recheck(struct nodes *n);

/* Judge each present device that this path (beneath /sys) covers; "devices": all of them. */
void nodes_scan(struct nodes *n, const char *below);

void nodes_announced(struct nodes *n, const struct uevent *u);

/* The agent's orders for a plugged-in device, by its path beneath /sys. Ignored, and logged once, if the system stands
 * on a disk that is this device, above it or below it. */
struct nodes_terms {
        uint32_t mode;   /* of its disks */
        uint64_t upto;   /* only its disks up to this diskseq; 0: all */
        unsigned nodes;  /* enum node_kind: what else of it may be opened */
        uint32_t devnum; /* the USB device that is meant, by its number; 0: none */
};
void nodes_grant(struct nodes *n, const char *path, const struct nodes_terms *t);
void nodes_look(struct nodes *n, const char *path);
void nodes_revoke(struct nodes *n, const char *path);
