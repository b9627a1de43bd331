/* SPDX-License-Identifier: MIT */
/* logs.h — which files the audit verbs read: those named, or a directory's rotated logs and then the log itself. */
#pragma once

#include "base/cleanup.h"
#include "base/err.h"

#include <stddef.h>

struct logs {
        size_t n;
        char **paths; /* in the order of their records */
};

/* Files and directories as typed; without any, those beneath state_dir/audit. -errno. */
int logs_find(const char *state_dir, char *const *named, size_t n, struct logs *ret, struct err *err);
void logs_deinit(struct logs *l);

/* A regular file for reading, or -errno. */
int logs_open(const char *path);
