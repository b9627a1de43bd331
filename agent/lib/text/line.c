/* SPDX-License-Identifier: MIT */
/* line.c — see line.h. */
#include "text/line.h"

#include <string.h>

const char *line_name(const char *tty) {
        static const char dev[] = "/dev/";

        return strncmp(tty, dev, strlen(dev)) == 0 ? tty + strlen(dev) : tty;
}

bool line_is_console(const char *tty) {
        const char *line = line_name(tty);

        return strncmp(line, "tty", 3) == 0 && line[3] && strspn(line + 3, "0123456789") == strlen(line + 3);
}
