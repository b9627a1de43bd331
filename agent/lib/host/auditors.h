/* SPDX-License-Identifier: MIT */
/* auditors.h — the group sekimori-audit: people who may read what happened and change nothing. */
#pragma once

#include <sys/types.h>

#define AUDITORS_GROUP "sekimori-audit"

/* Give `name` beneath dirfd (NULL: dirfd itself) to that group, with this mode. Nothing happens, and 0 is returned,
 * where we are not root or there is no such group: then it stays root's alone. */
int auditors_admit(int dirfd, const char *name, mode_t mode);

/* Give a new file to the group of the directory that it was made in. Nothing happens where we are not root. */
int auditors_follow(int dirfd, int fd);
