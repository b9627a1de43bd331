/* SPDX-License-Identifier: MIT */
/* plane.h — which device nodes may be opened at all: a BPF program at the root of the cgroup tree, run at each open and
 * each mount, with a map of what is let in. Pinned, so that it stays in force when no process of ours runs. Knows
 * numbers, not devices.
 *
 * A block device that is not in the map is refused; a character device that is not in the map is let in. mknod is
 * always let in, or devtmpfs would never make the node. Kernel: kernel/bpf/cgroup.c, block/fops.c, block/bdev.c. */
#pragma once

#include "base/cleanup.h"
#include "base/err.h"

#include <stdbool.h>
#include <stdint.h>

/* As BPF_DEVCG_ACC_… has them. */
#define MODE_NONE 0u
#define MODE_READ 2u
#define MODE_WRITE 6u /* and read */

enum node_type { NODE_BLOCK = 1, NODE_CHAR = 2 }; /* as BPF_DEVCG_DEV_… */

struct node {
        uint32_t type, major, minor;
};
#define MINOR_ANY UINT32_MAX /* every minor that has no entry of its own */

struct entry {
        uint32_t mode;
        uint32_t opener;  /* the process that may open it whatever the mode; 0: none; or OPENER_SYSTEM */
        uint64_t diskseq; /* the disk's sequence number since the boot; 0: none */
};

/* No process has this number. It marks a disk that the system stands on, for the next keeper. */
#define OPENER_SYSTEM UINT32_MAX

struct plane {
        int map, link; /* the link only until it is pinned: an open descriptor of it would keep the plane in force */
};
#define PLANE_NONE ((struct plane){ .map = -1, .link = -1 })

/* Open the map of the plane that is in force, or a new one. `ret_in_force`: a plane was in force already. -ENOSYS,
 * -EPERM and the like where this kernel has no BPF; -ENOTDIR: no cgroup v2. */
int plane_open(struct plane *p, bool *ret_in_force, struct err *err);
void plane_close(struct plane *p); /* what is pinned stays in force */

/* Could a plane be put in force on this kernel? Changes nothing. Errors as plane_open. */
int plane_try(struct err *err);

/* From now on the map decides, even after this process has ended. If a plane was in force already, its program is
 * replaced atomically. */
int plane_enforce(struct plane *p, struct err *err);

int plane_set(const struct plane *p, const struct node *n, const struct entry *e);
int plane_get(const struct plane *p, const struct node *n, struct entry *ret);
void plane_drop(const struct plane *p, const struct node *n);

/* Each entry once; `visit` may drop the one it is shown. */
void plane_each(const struct plane *p, void (*visit)(void *ctx, const struct node *n, const struct entry *e),
                void *ctx);

/* Remove the plane: the kernel refuses nothing any more. Harmless to repeat. */
int plane_unpin(struct err *err);
