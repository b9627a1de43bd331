/* SPDX-License-Identifier: MIT */
/* links_kept.h — the file that says which links were up before they were set down: their indexes, one a line. A link
 * has its index until it goes, and the file ends with the machine. */
#pragma once

#include "base/err.h"

#include <stddef.h>

#define LINKS_KEPT "links" /* in the directory of what lasts until the machine stops */

/* 0, also where there is none; -EBADMSG: it is not as we write it, or says more than `max`; else -errno. */
int links_kept_read(int dirfd, int *ret, size_t max, size_t *ret_n);

/* None: the file goes. */
int links_kept_write(int dirfd, const int *links, size_t n, struct err *err);
