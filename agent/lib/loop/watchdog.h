/* SPDX-License-Identifier: MIT */
/* watchdog.h — tells systemd that the loop still turns (WatchdogSec=, sd_watchdog_enabled(3)). */
#pragma once

#include "loop/loop.h"

struct watchdog;

/* From now on, twice within systemd's patience. Where nobody watches *ret stays as it was, and nothing wakes. 0 or
 * -errno. */
int watchdog_new(struct loop *l, struct watchdog **ret);
void watchdog_free(struct watchdog *w);
CLEANUP(watchdog, struct watchdog *, watchdog_free)
#define auto_watchdog AUTO(watchdog)
