/* SPDX-License-Identifier: MIT */
/* line.h — the name of a terminal line, as PAM is told it ("/dev/tty2", "tty2", "pts/3", "ssh", ""). */
#pragma once

#include <stdbool.h>

/* Without "/dev/"; within `tty`. */
const char *line_name(const char *tty);

/* A text console: "tty2" or "/dev/tty2", but not "ttyS0" and "ttyUSB0". */
bool line_is_console(const char *tty);
