/* SPDX-License-Identifier: MIT */
/* zone.h — tells when the terminal is given another time zone. Knows no zone itself: clock.h reads it. */
#pragma once

#include "loop/loop.h"

struct zone {
        struct source source;
        struct loop *loop;
        void (*changed)(struct zone *z);
};

/* Calls `changed` whenever /etc/localtime is replaced, written or removed. 0 or -errno. */
int zone_follow(struct zone *z, struct loop *l, void (*changed)(struct zone *z));
void zone_unfollow(struct zone *z);
