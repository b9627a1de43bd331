/* SPDX-License-Identifier: MIT */
/* grants.h — which devices' disks are let in: the agent's word for what is plugged in, our own for the disks that the
 * system stands on. Paths beneath /sys. */
#pragma once

#include "keeper/plane.h"
#include "wire/keeper.h"

#define GRANTS_MAX 256
#define GRANT_PATH 512

struct grants {
        struct grant {
                uint32_t mode;
                bool system;   /* ours, and no order changes it */
                bool said;     /* that one tried */
                uint64_t at;   /* how many uevents there had been when it was given */
                bool look;     /* its media are looked at, and told of */
                uint64_t upto; /* its disks until this one; 0: whatever comes */
                struct {
                        uint64_t diskseq;
                        struct medium_facts medium; /* MEDIUM_UNKNOWN: nothing yet */
                } told;
                char path[GRANT_PATH]; /* "" : free */
        } grant[GRANTS_MAX];
};

/* Replaces what stood for this very path. With `upto` none but its disks up to that one, as far as their media were
 * looked at. -ENOSPC, -ENAMETOOLONG. */
int grants_set(struct grants *g, const char *path, uint32_t mode, uint64_t upto, uint64_t at);

/* What stood for it stays; its media are to be told of anew. */
int grants_look(struct grants *g, const char *path, uint64_t at);

/* Of the device that this path belongs to: is that to be said? Once only. */
bool grants_tell(struct grants *g, const char *path, uint64_t diskseq, const struct medium_facts *m);

/* The system stands on this one, so that it is let in for writing. As grants_set; harmless to repeat. */
int grants_set_system(struct grants *g, const char *path);

/* A disk of the system that is this very device, above it or below it; NULL: none. */
struct grant *grants_find_system(struct grants *g, const char *path);

/* Of this path, and of all below it, those given before that uevent; what the system stands on stays. */
#define GRANTS_ALL UINT64_MAX
void grants_drop(struct grants *g, const char *path, uint64_t before);

/* By the longest path that covers it; NULL: by none. */
const struct grant *grants_find(const struct grants *g, const char *path);
