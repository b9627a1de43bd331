/* SPDX-License-Identifier: MIT */
/* push_cuts.h — whether a policy that is about to be pushed would end the ssh login that it comes through, or another.
 */
#pragma once

#include "base/bytes.h"

#include <jansson.h>
#include <stdbool.h>

/* EXIT_OK: none, or somebody said yes, or `force`: then it is only said. EXIT_REFUSED: nobody could be asked, or said
 * no. `status` is the agent's answer: where the network is not limited, nothing is ended. What is no policy of ours is
 * the agent's to refuse. */
int push_cuts_ask(const char *file, struct bytes envelope, const json_t *status, bool force);
