/* SPDX-License-Identifier: MIT */
/* orders.h — the agent's end of the keeper: a socket that only root may speak at. Who comes is told what the system
 * stands on, and what may be read. Knows orders, not disks. */
#pragma once

#include "base/err.h"
#include "keeper/grants.h"
#include "loop/loop.h"

struct orders;

/* Listens at dir/keeper.sock. `grants`: the caller's, as long as this lives. */
int orders_new(struct loop *l, const char *dir, const struct grants *grants,
               void (*given)(void *ctx, const struct keeper_order *o), void *ctx, struct orders **ret, struct err *err);
void orders_free(struct orders *o); /* nobody is connected any more, and nobody can be */
CLEANUP(orders, struct orders *, orders_free)
#define auto_orders AUTO(orders)

/* Said to the agent, if there is one. `path`: beneath /sys. */
void orders_say_medium(const struct orders *o, const char *path, uint64_t diskseq, const struct medium_facts *m);

/* What has been said until now is heard, before anything else is done. */
void orders_hear(struct orders *o);
