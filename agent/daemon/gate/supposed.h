/* SPDX-License-Identifier: MIT */
/* supposed.h — the ports at which something was supposed to be a security key, and was none, or left before that was
 * known. Nothing is supposed there
 * for a while: what re-enumerates again and again would type a little more each time. Knows no devices. */
#pragma once

#include "wire/sighting.h"

#include <stdbool.h>
#include <stdint.h>

#define SUPPOSED_PORTS 16
#define SUPPOSED_FIRST_S 60  /* the first time; twice as long with each further one */
#define SUPPOSED_LAST_S 3600 /* at most, and how long a port is remembered beyond it */

struct supposed {
        struct supposed_port {
                char path[SIGHTING_PATH]; /* "": free */
                int64_t until_s;          /* seconds since boot */
                unsigned times;
        } ports[SUPPOSED_PORTS];
};

/* What was supposed to be a key at this port has turned out to be none, or never to have been read. */
void supposed_note(struct supposed *s, const char *path, int64_t now_s);

/* May something new at this port be supposed to be a key? No where more ports than can be remembered have deceived. */
bool supposed_may(const struct supposed *s, const char *path, int64_t now_s);
