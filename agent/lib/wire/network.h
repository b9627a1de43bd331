/* SPDX-License-Identifier: MIT */
/* network.h — the plan: what the agent has compiled from a policy's `network:`, as a file that sekimori-firewall reads
 * at the boot, when there is no agent yet. Both are built together; a plan of another version is none. */
#pragma once

#include "base/bytes.h"
#include "base/cleanup.h"
#include "base/err.h"
#include "decision/network.h"

#define NETWORK_PLAN "plan"             /* beside the stage: see host/network_stage.h */
#define FIREWALL_SOCKET "firewall.sock" /* in the runtime directory: who connects gets a sealed memfd, JSON */
#define NETWORK_PLAN_MAX 8388608        /* bytes */

struct network_plan {
        uint64_t serial; /* of the policy */
        bool english;
        bool has_terms; /* false: sealed, or a policy that says nothing of the network */
        struct network_terms terms;
        void *memory; /* of a decoded one */
};

/* The caller frees *ret. -E2BIG, -ENOMEM. */
int network_plan_encode(const struct network_plan *p, uint8_t **ret, size_t *ret_size);

/* -EBADMSG: short, long, damaged, of another version, out of range; -ENOMEM. */
int network_plan_decode(struct bytes from, struct network_plan *ret);

void network_plan_free(struct network_plan *p);
