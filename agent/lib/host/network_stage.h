/* SPDX-License-Identifier: MIT */
/* network_stage.h — how far the network is brought into operation: one word and a newline in STATE/network/stage. */
#pragma once

#define NETWORK_STAGE "stage"

enum network_stage {
        NETWORK_ENFORCE, /* also where what is written is no stage */
        NETWORK_OBSERVE, /* what would be refused is counted and told, and passes */
        NETWORK_OFF,     /* also where nothing is written: nobody has set it up */
};

/* Of STATE/network. */
enum network_stage network_stage_of(int network_fd);
