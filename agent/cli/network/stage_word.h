/* SPDX-License-Identifier: MIT */
/* stage_word.h — the stage of the network, as the agent and the firewall name it in their answers. */
#pragma once

#include "host/network_stage.h"

/* Is anything refused in it? "": an agent of before, which has none. One of a later version, that we do not know, is
 * taken to enforce. */
static inline bool stage_word_enforces(const char *word) {
        enum network_stage stage = NETWORK_ENFORCE;

        (void)network_stage_from_name(word, &stage);
        return *word && network_stage_enforces(stage);
}
