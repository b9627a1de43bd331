/* SPDX-License-Identifier: MIT */
/* teller.h — tells the agent what happens on the network, for it to be recorded: at once, or when it is there again.
 * Never waits for it. */
#pragma once

#include "base/err.h"
#include "loop/loop.h"
#include "wire/network_event.h"

#define TELLER_KEPT 256 /* events until the agent is there; beyond that they are counted, which is told, too */

struct teller;

int teller_new(struct loop *l, const char *runtime_dir, struct teller **ret, struct err *err);
void teller_free(struct teller *t);
CLEANUP(teller, struct teller *, teller_free)
#define auto_teller AUTO(teller)

/* NULL: nobody is told. */
void teller_tell(struct teller *t, const struct network_event *e);

/* What is in force from now on; nothing is told of what is so already. Each new agent hears the last one. */
void teller_force(struct teller *t, const struct network_in_force *now);
