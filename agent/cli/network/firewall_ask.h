/* SPDX-License-Identifier: MIT */
/* firewall_ask.h — what sekimori-firewall answers, and the plan that it follows. */
#pragma once

#include "control/parcel.h"
#include "wire/network.h"

/* The caller frees *ret. -ENOENT, -ECONNREFUSED: it does not run; -EACCES: root is answered only; -EBADMSG … */
int firewall_answer(const char *runtime_dir, json_t **ret, struct err *err);

/* *ret is the caller's where the code is EXIT_OK. Complains itself, also where nobody listens: nothing is known then.
 */
int firewall_ask(const char *runtime_dir, json_t **ret);

/* The plan, if it is the one that the answer speaks of: its peers are in the same order. False: not for us to know. */
bool firewall_plan(const char *state_dir, const json_t *answer, struct network_plan *ret);
