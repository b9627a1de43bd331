/* SPDX-License-Identifier: MIT */
/* claims.h — which of the disks that are in use, or wear a name, are the system's, and which are refused. */
#pragma once

#include "keeper/system/disk_group.h"
#include "keeper/system/system_disks.h"

struct claims {
        const struct sysfs_dirs *dirs;
        const struct system_disks_told *tell;
        struct disk_group root; /* what / is made of */
};

/* By what a disk is one of the system's. */
enum claim {
        BY_USE,    /* it is in use: counts on a fixed bus */
        BY_NAME,   /* a table names it, and it is not in use: counts on a fixed bus, and is missed elsewhere */
        BY_PLACE,  /* it is in use where a table wants it, or / is on it: counts on every bus */
        BY_GROWTH, /* the kernel has made something of it and of a disk of the system: counts on every bus */
};

void claims_found(const struct claims *c, const struct disk_group *g, const char *why, enum claim claim);

/* `because`: what is said behind it, " (removable)" or "". */
void claims_missing(const struct claims *c, const char *why, const char *because);

/* What this node beneath /dev is made of. False: it is not there. */
bool claims_of_node(const struct claims *c, const char *node, struct disk_group *ret);

/* `g` is in use where a table wants `source`. A removable disk gives way to a fixed one that wears the name, too:
 * whoever was first at the boot may have been the copy. Not where / is on it. */
void claims_take_place(const struct claims *c, const struct disk_group *g, const char *source, const char *why);

/* Nothing is in use where a table wants `source`. */
void claims_follow_name(const struct claims *c, const char *source, const char *why);
