/* SPDX-License-Identifier: MIT */
/* bus.h — one row for each bus: how a device on it is recognised, let in and cut off. On a bus without a row nothing
 * can be enforced: its devices are denied, and reported as denied. */
#pragma once

#include "enforce/usb.h"

struct bus_ops {
        bool has_disks; /* the keeper is told about a device's disks; false: what is behind it is on another bus */

        /* As usb_recognise(), usb_apply(), usb_is_set_up(). On a bus of disks alone the keeper does all of it, and
         * *ret_fd stays as it was. */
        enum outcome (*recognise)(struct usb *u, const struct sighting *s, int *ret_fd, struct err *note);
        enum outcome (*apply)(struct usb *u, int device_fd, const struct sighting *s, const struct verdict *v,
                              struct err *note);
        bool (*is_ready)(int device_fd);

        /* Undo what was held back of one device, where nothing is enforced any more. NULL: nothing is held back. */
        int (*release)(struct usb *u, const char *path, struct err *err);
};

/* NULL: this version does not know the bus. */
const struct bus_ops *bus_ops(enum bus b);
