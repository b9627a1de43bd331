/* SPDX-License-Identifier: MIT */
/* folder.h — what inotify says of one name in a watched folder. */
#pragma once

#include <stdbool.h>

/* Reads all that is waiting on this inotify descriptor (IN_NONBLOCK). Was this name told of? Also where the kernel lost
 * count of what it told: the name may have been among it. */
bool folder_told_of(int fd, const char *name);
