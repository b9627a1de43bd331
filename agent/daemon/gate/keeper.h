/* SPDX-License-Identifier: MIT */
/* keeper.h — the agent's connection to sekimori-keeper, which makes the kernel refuse disks and nodes. Knows whether
 * the keeper is there, and nothing of policies. */
#pragma once

#include "base/err.h"
#include "loop/loop.h"
#include "wire/keeper.h"

struct keeper;

/* `changed`: the block plane is in force from now on (again), or no longer. `medium`: the keeper reports what is on a
 * medium (KEEPER_MEDIUM). */
struct keeper_ears {
        void (*changed)(void *ctx);
        void (*medium)(void *ctx, const struct keeper_word *w);
        void *ctx;
};

/* Connects to the keeper now, and whenever one appears. One that is there already is given two seconds to introduce
 * itself; otherwise the first judgement would be made without it. */
int keeper_new(struct loop *l, const char *runtime_dir, const struct keeper_ears *ears, struct keeper **ret,
               struct err *err);
void keeper_free(struct keeper *k);
CLEANUP(keeper, struct keeper *, keeper_free)
#define auto_keeper AUTO(keeper)

/* Is the block plane in force, and is it known which disks the system runs from? Stays true while a keeper restarts:
 * what is pinned stays in force meanwhile. NULL: no. */
bool keeper_in_force(const struct keeper *k);

/* Is the block plane pinned by a keeper that has not introduced itself to this agent? True for 20 s at most after the
 * agent's start: it is not known yet what may be read. NULL: no. */
bool keeper_is_awaited(const struct keeper *k);

/* Does the system run from a disk that is this device (beneath /sys/devices), above it or below it? As the keeper last
 * reported; false before its first report. */
bool keeper_is_system(const struct keeper *k, const char *path);

/* Was exactly this device (beneath /sys/devices) let in for reading only when this connection began? */
bool keeper_let_read(const struct keeper *k, const char *path);

/* What KEEPER_READ and KEEPER_WRITE let in; as in struct keeper_order. */
struct keeper_terms {
        unsigned nodes;
        uint32_t devnum;
        uint64_t diskseq;
};

/* -ENOTCONN: the keeper is not there now; -EAGAIN: it does not read. `path` is beneath /sys/devices. `terms`: NULL with
 * all other orders. */
int keeper_tell(struct keeper *k, enum keeper_order_type type, const char *path, const struct keeper_terms *terms);

/* In that language: why the block plane is not in force although the keeper was started; "" if there is no reason to
 * give. */
#define KEEPER_WHY 1040
void keeper_why(const struct keeper *k, enum language l, char ret[KEEPER_WHY]);

/* Disks that fstab and crypttab name and that the keeper did not find when it started; they are refused if they appear.
 * "": none. */
void keeper_missing(const struct keeper *k, char ret[KEEPER_WHY]);
