/* SPDX-License-Identifier: MIT */
/* read_twice.h — both readers of descriptors, ready for a suite: .init = given_a_witness, .fini = drop. */
#pragma once

#include "observer/libusb_crosscheck.h"
#include "support/hardware.h"

#include <criterion/criterion.h>

static struct libusb_crosscheck crosscheck;

static inline void given_a_witness(void) {
        cr_assert_eq(libusb_crosscheck_open(&crosscheck), 0);
}

static inline void drop(void) {
        libusb_crosscheck_close(&crosscheck);
}

static inline struct bytes raw_of(const struct hardware *h) {
        return bytes_of(h->descriptors, h->size);
}

static inline struct descriptors reading(const struct hardware *h) {
        struct descriptors d;

        descriptors_read(raw_of(h), &d);
        return d;
}

/* As gather.c judges. */
static inline bool is_sound(const struct hardware *h) {
        struct descriptors d = reading(h);

        return !d.wrong && libusb_crosscheck_agrees(&crosscheck, raw_of(h), &d);
}
