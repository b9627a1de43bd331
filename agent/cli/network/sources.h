/* SPDX-License-Identifier: MIT */
/* sources.h — where this terminal says what it is connected to now. Tests give directories of their own. */
#pragma once

/* Directory descriptors; -1: not there, and nothing is found in it. */
struct network_sources {
        int net;  /* /proc/PID/net */
        int sys;  /* /sys */
        int root; /* / */
};
