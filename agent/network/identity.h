/* SPDX-License-Identifier: MIT */
/* identity.h — which of a policy's interfaces a link is, if any (ADR 0215). Never by its name. */
#pragma once

#include "decision/network.h"
#include "network/links.h"
#include "wire/network_event.h"

#define HARDWARE_TEXT 256

enum hardware_radio { RADIO_NONE, RADIO_WIRELESS, RADIO_BLUETOOTH };

struct link_hardware {
        char driver[HARDWARE_TEXT],
                path[HARDWARE_TEXT]; /* "" for a link without a device; path is below /sys/devices */
        enum hardware_radio radio;
};

/* What sysfs says of it, beneath `sys`. -ESTALE: the name is another link's by now, and a message about that comes;
 * else -errno. */
int hardware_read(int sys, const struct link_facts *l, struct link_hardware *ret);

struct identity {
        enum identity_sort sort;
        int interface; /* IDENTITY_NAMED: the index in the terms; else NETWORK_INTERFACE_ANY */
};

/* The first interface of the policy that fits in everything that it says. `h` NULL: it could not be read. `t` NULL:
 * nothing is named. */
struct identity identity_of(const struct network_terms *t, const struct link_facts *l, const struct link_hardware *h);
