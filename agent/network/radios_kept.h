/* SPDX-License-Identifier: MIT */
/* radios_kept.h — the file that says which radios were off before they were held off, as text, one line each: "held
 * wireless", "off 1 devices/…/ieee80211". */
#pragma once

#include "network/radios.h"

#define RADIOS_KEPT_PATH 256

struct radio_kept {
        uint8_t type;
        char path[RADIOS_KEPT_PATH]; /* of what has the radio, beneath /sys; "-": could not be read */
};

struct radios_kept {
        bool held[RADIO_SORTS];
        struct radio_kept off[RADIOS_MAX];
        size_t n_off;
};

/* 0, also where there is none; -EBADMSG: it is not as we write it; else -errno. */
int radios_kept_read(int dirfd, struct radios_kept *ret);

/* Nothing held: the file goes. */
int radios_kept_write(int dirfd, const struct radios_kept *k, struct err *err);

/* True also where a path is not known: then any radio of that type may have been meant. */
bool radios_kept_says_off(const struct radios_kept *k, uint8_t type, const char *path);
