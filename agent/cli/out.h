/* SPDX-License-Identifier: MIT */
/* out.h — a file that an administrator asked for, written whole or not at all. */
#pragma once

#include "base/bytes.h"

#include <stdio.h>
#include <sys/types.h>

/* A text that grows: out_close() writes it to `path`, or to stdout where that is NULL, and frees the text. Complains
 * itself; an enum exit_code. */
struct out {
        FILE *to; /* NULL: no memory, which out_close() says */
        char *text;
        size_t size;
};
void out_open(struct out *o);
int out_close(struct out *o, const char *path, mode_t mode);

/* Write a new file, or replace a regular one: never a device or a symlink. Complains itself; an enum exit_code. */
int out_write(const char *path, struct bytes content, mode_t mode);

/* Rewrite an existing file of the administrator's: mode and owner stay. Complains itself; an enum exit_code. */
int out_edit(const char *path, struct bytes content);
