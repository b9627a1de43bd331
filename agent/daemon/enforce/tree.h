/* SPDX-License-Identifier: MIT */
/* tree.h — the open directories of sysfs, and numbers in it. Shared by the files of this folder only. */
#pragma once

#include "enforce/usb.h"

struct usb {
        int devices; /* /sys/devices */
        int bus;     /* /sys/bus/usb; -1 until usbcore is there */
};

/* The open /sys/bus/usb, or -errno. */
int usb_bus(struct usb *u);

/* The directory of usbcore's parameters, the caller's to close, or -errno. */
int usb_parameters(void);

/* A decimal attribute. -EBADMSG where it is not a plain number. */
int number_read(int dirfd, const char *name, unsigned *ret);

/* Set to 0 or 1 and read back: -EIO where the kernel did not take it. */
int number_put(int dirfd, const char *name, unsigned value);

/* number_put(), unless the value is set already. */
int number_set(int dirfd, const char *name, unsigned value);

/* The outcome that an errno from handling a device stands for. */
enum outcome outcome_of(int r);
