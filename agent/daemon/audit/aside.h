/* SPDX-License-Identifier: MIT */
/* aside.h — the other files beside the log: what was set aside, and what the log was before it was rotated. */
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Rename `name` to the first free audit.torn.N; ret_name says which. -EEXIST: there are 9999 of them already. */
int aside_rename(int dirfd, const char *name, char *ret_name, size_t size);

/* Copy bytes from…to of a file to the first free audit.torn.N, durably. */
int aside_copy(int dirfd, int fd, uint64_t from, uint64_t to, char *ret_name, size_t size);

/* A descriptor of the rotated log with the highest number, or -ENOENT. */
int aside_newest_rotated(int dirfd);

/* The number that a rotated log is named after (its first record's), 0 for any other name. */
uint64_t aside_rotated_seq(const char *name);

/* Swap the log `name`, open as fd, with an empty file under its rotated name: at every moment there is a log. Returns
 * a descriptor of the new empty log, opened for appending. */
int aside_rotate(int dirfd, int fd, const char *name, mode_t mode);
