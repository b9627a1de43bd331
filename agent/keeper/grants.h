/* SPDX-License-Identifier: MIT */
/* grants.h — which devices' disks and other nodes are let in: plugged-in devices by order of the agent, and the disks
 * that the system stands on by the keeper itself. Paths beneath /sys. */
#pragma once

#include "keeper/plane.h"
#include "wire/keeper.h"

#define GRANTS_MAX 256
#define GRANT_PATH 512

struct grants {
        struct grant {
                uint32_t mode;   /* of its disks */
                unsigned nodes;  /* enum node_kind: its nodes that are not a disk's, and that may be opened */
                uint32_t devnum; /* the USB device that these nodes belong to; 0: none */
                bool system;     /* given by the keeper: no order changes it */
                bool was_read;   /* an earlier keeper let it in for reading; lets nothing in itself */
                bool said;       /* an order that would change it was logged already */
                uint64_t is;     /* device_identity() when it was given */
                uint64_t at;     /* the kernel's uevent sequence number when it was given */
                bool look;       /* its media are looked at, and reported to the agent */
                uint64_t upto;   /* only its disks with a diskseq up to this one; 0: all */
                struct {
                        uint64_t diskseq;
                        struct medium_facts medium; /* MEDIUM_UNKNOWN: nothing reported yet */
                } told;
                char path[GRANT_PATH]; /* "" : free */
        } grant[GRANTS_MAX];
};

/* Replaces the grant of exactly this path. With `upto`, only disks up to that diskseq are let in, and only if their
 * media were looked at. -ENOSPC, -ENAMETOOLONG. */
int grants_set(struct grants *g, const char *path, uint32_t mode, uint64_t upto, uint64_t at);

/* What is granted at exactly this path lets these nodes in, too, as long as the USB device there has this number. */
void grants_open(struct grants *g, const char *path, unsigned nodes, uint32_t devnum);

/* What is granted at exactly this path is for the device with this identity. */
void grants_know(struct grants *g, const char *path, uint64_t is);

/* In place of any grant: nothing is let in, and the agent is told that an earlier keeper let it be read. */
int grants_set_was_read(struct grants *g, const char *path, uint64_t at);

/* The existing grant stays; its media are looked at and reported again. */
int grants_look(struct grants *g, const char *path, uint64_t at);

/* Whether these facts about the device that `path` belongs to must be reported: true once, until they change. */
bool grants_tell(struct grants *g, const char *path, uint64_t diskseq, const struct medium_facts *m);

/* Let in a disk that the system stands on, for writing. As grants_set; harmless to repeat. */
int grants_set_system(struct grants *g, const char *path);

/* The grant of a system disk that is this very device, above it or below it; NULL: none. */
struct grant *grants_find_system(struct grants *g, const char *path);

/* Drop the grants of this path, and of all below it, that were given before that uevent; grants of the disks that the
 * system stands on stay. */
#define GRANTS_ALL UINT64_MAX
void grants_drop(struct grants *g, const char *path, uint64_t before);

/* The grant with the longest path that covers this one; NULL: none does. */
const struct grant *grants_find(const struct grants *g, const char *path);
