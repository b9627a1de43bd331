/* SPDX-License-Identifier: MIT */
/* identity.h — which of a policy's interfaces a link is, if any (ADR 0215). Never by its name. */
#pragma once

#include "decision/network.h"
#include "network/links.h"

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

enum identity_sort {
        IDENTITY_UNNAMED,    /* the policy names none like it */
        IDENTITY_ENSLAVED,   /* a part of a bridge, a bond: what leaves through it is not its own */
        IDENTITY_RADIO,      /* a radio, and the policy does not allow these */
        IDENTITY_UNREADABLE, /* what it is cannot be read (now) */
        IDENTITY_SECOND,     /* another link has the address already that the policy names (guard.h) */
        IDENTITY_LOOPBACK,
        IDENTITY_NAMED,
};

struct identity {
        enum identity_sort sort;
        int interface; /* IDENTITY_NAMED: the index in the terms; else NETWORK_INTERFACE_ANY */
};

/* The first interface of the policy that fits in everything that it says. `h` NULL: it could not be read. `t` NULL:
 * nothing is named. */
struct identity identity_of(const struct network_terms *t, const struct link_facts *l, const struct link_hardware *h);
