/* SPDX-License-Identifier: MIT */
/* listing.h — the entries of a directory, for readdir(). */
#pragma once

#include "base/cleanup.h"

#include <dirent.h>

/* Open `name` beneath dirfd ("." for dirfd itself), not through a symlink, with a reading position of its own at the
 * beginning. NULL with errno. */
DIR *listing_open(int dirfd, const char *name);

CLEANUP(dir, DIR *, closedir)
#define auto_dir AUTO(dir)
