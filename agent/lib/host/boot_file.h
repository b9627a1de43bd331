/* SPDX-License-Identifier: MIT */
/* boot_file.h — a file for the next agent that is good as long as the machine runs: it names its boot, and has a
 * SHA-256 over it at its end. Knows nothing of what it holds. */
#pragma once

#include "base/bytes.h"
#include "base/err.h"

#define BOOT_FILE_MAGIC 8

/* What stands in the file, at most `max` bytes; *ret is the caller's to free, and holds *ret_content. -ENOENT: there is
 * no file, or one of before the machine was started; -EBADMSG: it is damaged, or another kind of file; else -errno. */
int boot_file_read(int dirfd, const char *name, const char magic[BOOT_FILE_MAGIC], size_t max, uint8_t **ret,
                   struct bytes *ret_content);

/* Replace the file, durably. */
int boot_file_write(int dirfd, const char *name, const char magic[BOOT_FILE_MAGIC], struct bytes content,
                    struct err *err);
