/* SPDX-License-Identifier: MIT */
/* footing.h — what the system stands on, found and granted: at the beginning, and again whenever it may have grown. */
#pragma once

#include "keeper/grants.h"
#include "keeper/ground.h"

#include <stdbool.h>

#define FOOTING_MISSING 1024

struct footing {
        const struct ground *ground;
        struct grants *grants;
        bool anything;                            /* not only what is needed, but all that is in use */
        bool (*was)(void *ctx, const char *path); /* of that, only this; NULL: all of it */
        void *ctx;
        char missing[FOOTING_MISSING]; /* one line: what fstab and crypttab name and is not there; "" : nothing */
};

/* Grants all that the system stands on now. While something is missing and udev has something to do, it is waited for,
 * as long as that at most; then it is said, and goes without. -errno: what is mounted cannot be told. */
int footing_find(struct footing *f, unsigned patience_ms, struct err *err);

/* What / is made of now, and what fstab and crypttab name: an LVM may have grown onto a disk that the policy let in. */
void footing_grown(struct footing *f);

/* The same on standard output, with the reasons, and nothing is granted. `ret_whole`: nothing is missing. */
int footing_list(const struct ground *g, bool *ret_whole, struct err *err);
