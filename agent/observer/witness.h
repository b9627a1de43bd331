/* SPDX-License-Identifier: MIT */
/* witness.h — the second reader: what libusb makes of the same device. Opens no device node, sends no request. */
#pragma once

#include "observer/descriptors.h"

struct libusb_context;

struct witness {
        struct libusb_context
                *anchor; /* keeps libusb's one socket and thread alive: made before the sandbox forbids both */
        struct libusb_context *scan; /* what is present, as of the last look; NULL: look first */
};

/* -EIO where libusb cannot start. */
int witness_open(struct witness *w);

/* Forget what was present: the next question looks again. */
void witness_look_again(struct witness *w);

/* Does libusb see this device, with the same device descriptor bytes and exactly the same interfaces? */
bool witness_agrees(struct witness *w, uint32_t busnum, uint32_t devnum, struct bytes raw,
                    const struct descriptors *ours);

void witness_close(struct witness *w);
