/* SPDX-License-Identifier: MIT */
/* radios.h — radios that carry a network are off, by rfkill, unless the policy allows them. The kernel keeps those off
 * that come later, and all of them when we are gone. */
#pragma once

#include "base/err.h"
#include "network/limit.h"

#include <stddef.h>
#include <stdint.h>

#define RADIOS_KEPT "radios" /* in the state directory: what was off before, for radios_undo() */
#define RADIOS_MAX 64        /* known at a time; one beyond is switched off all the same */

enum radio_sort { RADIO_SORT_WIRELESS, RADIO_SORT_BLUETOOTH, RADIO_SORTS };

struct radio {
        uint32_t index;
        uint8_t type;
        bool is_off;
};

struct radios {
        int fd;    /* /dev/rfkill, O_RDWR | O_NONBLOCK */
        int sys;   /* /sys */
        int state; /* the directory for RADIOS_KEPT */
        void (*tell)(void *ctx, const struct radio *r, int error, unsigned long untold); /* it was on, and is off (or,
                                                                                             with an error, is not) */
        void *ctx;
        /* Its own. */
        bool holds[RADIO_SORTS];
        struct radio known[RADIOS_MAX];
        size_t n_known;
        unsigned long switched_off; /* counted */
        struct limit told;
};

/* Hold these sorts off; what is held and not among them any more is let go of, as by radios_undo(). What was off before
 * is written down first: where that cannot be, it is said, and they are off all the same. */
int radios_follow(struct radios *r, const bool off[RADIO_SORTS], struct err *err);

/* Something waits on the descriptor: a radio came, went, or was switched. 0; -errno: nothing more will come. */
int radios_heard(struct radios *r);

/* As before we came: what was off then stays off, also where its place in sysfs cannot be read, and nothing is kept.
 * -ENODATA: how the kernel begins radios is not known, and they stay off. */
int radios_undo(struct radios *r, struct err *err);
