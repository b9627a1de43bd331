/* SPDX-License-Identifier: MIT */
/* keeper.h — what the agent tells sekimori-keeper, over keeper.sock in the runtime directory. Whoever is connected
 * knows that the block plane is in force: where it is not, nobody listens. There is no answer. */
#pragma once

#include "base/bytes.h"

#include <stdbool.h>

#define KEEPER_SOCKET "keeper.sock"
#define KEEPER_NOTE "keeper.note" /* beside it: one line, why the plane is not in force where it ought to be */
#define KEEPER_PATH 512           /* with its NUL */
#define KEEPER_MAX (KEEPER_PATH + 8)

enum keeper_order_type {
        KEEPER_REVOKE, /* nothing of this device is let in any more */
        KEEPER_READ,   /* its disks may be read and never written */
        KEEPER_WRITE,  /* its disks may be read and written */
        KEEPER_ORDERS,
};

struct keeper_order {
        enum keeper_order_type type;
        char path[KEEPER_PATH]; /* of the device, beneath /sys/devices: pci0000:00/…/usb1/1-2 */
};

/* Bytes used, 0 where it does not fit or is out of range. `to` has KEEPER_MAX bytes. */
size_t keeper_order_encode(const struct keeper_order *o, void *to);

/* -EBADMSG: short, long, of another version, out of range, a path that leads elsewhere. */
int keeper_order_decode(struct bytes from, struct keeper_order *ret);
