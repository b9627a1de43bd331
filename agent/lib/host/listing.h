/* SPDX-License-Identifier: MIT */
/* listing.h — the entries of a directory, for readdir(). */
#pragma once

#include "base/cleanup.h"

#include <dirent.h>

/* `name` beneath dirfd, "." for itself: from its beginning, whoever else is reading it, and not through a symlink.
 * NULL with errno. */
DIR *listing_open(int dirfd, const char *name);

CLEANUP(dir, DIR *, closedir)
#define auto_dir AUTO(dir)
