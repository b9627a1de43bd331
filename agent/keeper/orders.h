/* SPDX-License-Identifier: MIT */
/* orders.h — the keeper's socket for the agent; only root may use it. A new connection is told what the system stands
 * on, and what may be read. Knows orders, not disks. */
#pragma once

#include "base/err.h"
#include "keeper/grants.h"
#include "loop/loop.h"

struct orders;

/* Listens at dir/keeper.sock. `grants`: borrowed, as long as this lives. */
int orders_new(struct loop *l, const char *dir, const struct grants *grants,
               void (*given)(void *ctx, const struct keeper_order *o), void *ctx, struct orders **ret, struct err *err);
void orders_free(struct orders *o); /* closes the connection and the listening socket */
CLEANUP(orders, struct orders *, orders_free)
#define auto_orders AUTO(orders)

/* Report a medium to the agent, if one is connected. `path`: beneath /sys. */
void orders_say_medium(const struct orders *o, const char *path, uint64_t diskseq, const struct medium_facts *m);

/* Handle all orders that have arrived so far, before anything else is done. */
void orders_hear(struct orders *o);
