/* SPDX-License-Identifier: MIT */
/* file.h — files beneath a directory descriptor: never through a symlink, never half written. */
#pragma once

#include "base/bytes.h"
#include "base/err.h"

#include <sys/types.h>

/* Open a directory beneath dirfd (AT_FDCWD: `path` is absolute); no component may be a symlink or leave dirfd.
 * Returns a descriptor or -errno. */
int directory_open(int dirfd, const char *path);

/* The same, made (and its parent synced) where it does not exist. */
int directory_make(int dirfd, const char *name, mode_t mode, int *ret_fd, struct err *err);

/* Make a directory that appears complete or not at all: its files are put into *ret_fd, a directory beside it under a
 * temporary name (what a crash left there is removed first), until directory_settle renames it. */
int directory_begin(int dirfd, const char *name, mode_t mode, int *ret_fd, struct err *err);

/* `r` is the result of filling `fd`: a negative one removes the directory again, and is returned. -ENOTEMPTY or
 * -EEXIST: the name belongs to something else. */
int directory_settle(int dirfd, const char *name, int fd, int r, struct err *err);

/* Read the whole of a regular file (or a sysfs attribute) beneath dirfd, at most `max` bytes: -EFBIG beyond. *ret is
 * NUL-terminated behind its last byte and the caller's to free. */
int file_read(int dirfd, const char *name, size_t max, uint8_t **ret, size_t *ret_size);

/* The same from a descriptor, from its beginning. */
int file_read_fd(int fd, size_t max, uint8_t **ret, size_t *ret_size);

/* Read the first line into a buffer, without its newline. Returns the length or -errno. */
ssize_t file_read_line(int dirfd, const char *name, char *to, size_t size);

/* A file that holds one word and a newline, as we write a stage. 0; as file_read(); -EBADMSG: cut, a NUL, more than one
 * line; -EFBIG: with its newline it is longer than `size`. */
int file_read_word(int dirfd, const char *name, char *to, size_t size);

/* Where a symlink of sysfs leads, without its leading ../: for one in /sys/class/net "devices/…/net/eth0". 0 or -errno;
 * -ENAMETOOLONG: it does not fit. */
int file_sysfs_link(int dirfd, const char *name, char *to, size_t size);

/* Write to a file that must exist already (sysfs): O_WRONLY, no create, no truncate. */
int file_poke(int dirfd, const char *name, const char *text);

/* Make `name` hold exactly these bytes, durably: temp + fsync + rename + fsync of the directory. On failure the old
 * content stands. */
int file_replace(int dirfd, const char *name, struct bytes content, mode_t mode, struct err *err);

/* The same for somebody's own file: one that is there keeps its mode and owner; `mode` is for a new one. */
int file_edit(int dirfd, const char *name, struct bytes content, mode_t mode, struct err *err);

/* Write all of it, however many write()s that takes. */
int fd_write_all(int fd, struct bytes content);

/* Remove `name` beneath dirfd: a file, or a directory with the files in it (one level). Missing is fine. */
int file_remove(int dirfd, const char *name);
