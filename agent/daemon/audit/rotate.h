/* SPDX-License-Identifier: MIT */
/* rotate.h — the other files beside the log: what was set aside, and what the log was before it was rotated. */
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Rename `name` to the first free audit.torn.N; ret_name says which. -EEXIST: there are 9999 of them already. */
int rotate_set_aside(int dirfd, const char *name, char *ret_name, size_t size);

/* Copy bytes from…to of a file to the first free audit.torn.N, durably. */
int rotate_copy_aside(int dirfd, int fd, uint64_t from, uint64_t to, char *ret_name, size_t size);

/* A descriptor of the rotated log with the highest number, or -ENOENT. */
int rotate_newest(int dirfd);

/* The number that a rotated log is named after (its first record's), 0 for any other name. */
uint64_t rotate_seq(const char *name);

/* Swap the log `name`, open as fd, with an empty file under its rotated name: at every moment there is a log. Returns
 * a descriptor of the new empty log, opened for appending. */
int rotate_log(int dirfd, int fd, const char *name, mode_t mode);
