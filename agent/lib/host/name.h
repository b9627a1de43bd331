/* SPDX-License-Identifier: MIT */
/* name.h — this machine's host name. */
#pragma once

#include <limits.h>
#include <unistd.h>

#define HOST_TEXT (HOST_NAME_MAX + 1)

/* "" where it has no name. */
static inline void host_name(char ret[HOST_TEXT]) {
        if (gethostname(ret, HOST_TEXT) < 0)
                ret[0] = '\0';
        ret[HOST_TEXT - 1] = '\0';
}
