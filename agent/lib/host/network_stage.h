/* SPDX-License-Identifier: MIT */
/* network_stage.h — how far the network is brought into operation: one word and a newline in STATE/network/stage. */
#pragma once

#include "base/err.h"

#include <stdbool.h>

#define NETWORK_DIR "network" /* in the state directory */
#define NETWORK_STAGE "stage" /* in it */

enum network_stage {
        NETWORK_ENFORCE, /* also where what is written is no stage */
        NETWORK_TRIAL,   /* the same, until an administrator confirms it, or it is undone */
        NETWORK_OBSERVE, /* what would be refused is counted and told, and passes */
        NETWORK_OFF,     /* also where nothing is written: nobody has set it up */
        NETWORK_STAGES,
};

const char *network_stage_name(enum network_stage s); /* "enforce" */
bool network_stage_from_name(const char *name, enum network_stage *ret);
bool network_stage_enforces(enum network_stage s); /* is anything refused? */

/* Of STATE/network. */
enum network_stage network_stage_of(int network_fd);

/* Durable once it returns 0; otherwise the old word stands. */
int network_stage_write(int network_fd, enum network_stage s, struct err *err);
