/* SPDX-License-Identifier: MIT */
/* interfaces.h — the network interfaces of this machine that have hardware behind them, as sysfs tells of them. */
#pragma once

#include "cli/network/sources.h"
#include "decision/network.h"

#include <limits.h>
#include <stdbool.h>

#define INTERFACES_SEEN 64

struct interface_seen {
        char name[32], driver[64], path[256];
        char mac[18]; /* "" where the kernel has another than the hardware's */
        bool up, wireless, dhcp;
};

/* At most INTERFACES_SEEN of them, by name. Returns their number; what has no hardware is left out. */
unsigned interfaces_read(const struct network_sources *from, struct interface_seen ret[INTERFACES_SEEN]);

/* May one of them, or one without hardware, be an interface of these terms? False: none can, and nothing would pass. */
bool interfaces_may_be_named(const struct network_sources *from, const struct network_terms *terms);
