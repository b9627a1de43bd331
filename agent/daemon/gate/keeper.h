/* SPDX-License-Identifier: MIT */
/* keeper.h — the agent's line to sekimori-keeper, which has the kernel refuse disks. Knows whether it is there, and
 * nothing of policies. */
#pragma once

#include "base/err.h"
#include "loop/loop.h"
#include "wire/keeper.h"

struct keeper;

/* `changed`: it is in force from now on (again), or not any more. `medium`: it has found something (KEEPER_MEDIUM). */
struct keeper_ears {
        void (*changed)(void *ctx);
        void (*medium)(void *ctx, const struct keeper_word *w);
        void *ctx;
};

/* Looks for it now, and whenever one appears; one that is there is given two seconds to say what it has to say, or the
 * first judgement would be made without it. */
int keeper_new(struct loop *l, const char *runtime_dir, const struct keeper_ears *ears, struct keeper **ret,
               struct err *err);
void keeper_free(struct keeper *k);
CLEANUP(keeper, struct keeper *, keeper_free)
#define auto_keeper AUTO(keeper)

/* Is the block plane in force, and is it known what the system stands on? Also for the moment that one takes to start
 * again: what is pinned holds meanwhile. NULL: no. */
bool keeper_in_force(const struct keeper *k);

/* Does the system stand on a disk that is this device (beneath /sys/devices), above it or below it? As the keeper said
 * last; false before it said anything. */
bool keeper_is_system(const struct keeper *k, const char *path);

/* Was this very device (beneath /sys/devices) in for reading, and for nothing else, when this line began? */
bool keeper_let_read(const struct keeper *k, const char *path);

/* -ENOTCONN: it is not there now; -EAGAIN: it does not listen. `path` is beneath /sys/devices. */
int keeper_tell(struct keeper *k, enum keeper_order_type type, const char *path, uint64_t diskseq);

/* In that language: why it is not in force although it was started; "" where there is nothing to say. */
#define KEEPER_WHY 1040
void keeper_why(const struct keeper *k, enum language l, char ret[KEEPER_WHY]);

/* What fstab and crypttab name and it did not find when it began: refused if it comes; "" : nothing. */
void keeper_missing(const struct keeper *k, char ret[KEEPER_WHY]);
