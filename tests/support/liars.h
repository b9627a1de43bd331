/* SPDX-License-Identifier: MIT */
/* liars.h — devices whose descriptors lie, each with its lie; and some that are strange, and true. */
#pragma once

#include "decision/malformed.h"
#include "support/hardware.h"

struct liar {
        const char *lie;
        enum malformed caught_as; /* as descriptors_read() says it */
        size_t at;                /* one byte of a_bad_keyboard() … */
        uint8_t value;
        struct hardware (*build)(void); /* … or a device of its own */
};

extern const struct liar liars[]; /* the last has no lie */

struct hardware a_liar(const struct liar *l);

/* Input devices with as many as that of something; and a camera with forty associations, each around the last. */
struct hardware many_interfaces(unsigned n);
struct hardware many_settings(unsigned n);
struct hardware many_classes(unsigned n);
struct hardware many_configurations(unsigned n);
struct hardware nested_associations(void);
