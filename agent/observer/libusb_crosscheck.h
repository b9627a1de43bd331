/* SPDX-License-Identifier: MIT */
/* libusb_crosscheck.h — the second reader: what libusb makes of the same bytes. Opens no device, sends no request, and
 * looks at nothing but these bytes: they are handed over in a file in memory, as if that were the device's node in
 * usbfs. */
#pragma once

#include "observer/descriptors.h"

struct libusb_context;

struct libusb_crosscheck {
        struct libusb_context *libusb;
        int file;    /* in memory: the descriptors that libusb is to read */
        size_t size; /* of that file */
};

/* Made before the sandbox forbids new descriptors. Also checks that this libusb reads the way we rely on.
 * -EIO where libusb cannot start, -ENOTSUP where it reads otherwise. */
int libusb_crosscheck_open(struct libusb_crosscheck *w);

/* Does libusb see the same device descriptor, and exactly the same interfaces? */
bool libusb_crosscheck_agrees(struct libusb_crosscheck *w, struct bytes raw, const struct descriptors *ours);

void libusb_crosscheck_close(struct libusb_crosscheck *w);
