/* SPDX-License-Identifier: MIT */
/* kept.h — a whole terminal (terminal.h) and the keeper's end of their socket: what the agent tells it is remembered.
 */
#pragma once

#include "gate/keeper.h"
#include "keeper/orders.h"

#include "unit/agent/daemon/terminal.h"

struct kept {
        struct terminal t;
        struct keeper *keeper; /* the agent's end */
        struct orders *orders; /* the keeper's; NULL: it is not there */
        struct grants grants;  /* what the system stands on, when it comes */
        struct {
                unsigned n;
                struct keeper_order last;
        } heard[KEEPER_ORDERS];
};

void kept_begin(struct kept *k);
void kept_end(struct kept *k);
void kept_starts_again(struct kept *k); /* another agent, with the keeper that is there by then or with none */

/* Likewise, and this policy was pushed while there was none. */
void kept_starts_again_with(struct kept *k, const char *rules);

void keeper_comes(struct kept *k);
void keeper_goes(struct kept *k);

/* The keeper has looked: at the disks of this device, up to that one. A UUID begins with its byte, 0: none. */
void keeper_finds(struct kept *k, const char *path, uint64_t diskseq, enum medium_state state, uint8_t uuid);

/* Signed and pushed, and accepted. */
void kept_push(struct kept *k, const char *rules);

/* For until(), of the terminal in a struct kept: the last order of that type was for this path. */
bool was_told_to_read(struct terminal *t, const char *path);
bool was_told_to_write(struct terminal *t, const char *path);
bool was_told_to_revoke(struct terminal *t, const char *path);
bool was_told_to_look(struct terminal *t, const char *path);
