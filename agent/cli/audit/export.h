/* SPDX-License-Identifier: MIT */
/* export.h — a copy of the log on a stick: its files up to where they end now, the terminal's public key and status. */
#pragma once

#include "base/err.h"
#include "cli/audit/logs.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#define EXPORT_NAME 160

struct export_source {
        const char *name; /* in the copy */
        int fd;
        off_t from, to;
};

struct export {
        int stick;              /* DIR/sekimori */
        char name[EXPORT_NAME]; /* the folder of this export */
        uint64_t since;
        bool partial; /* something before `since` is left out */
        struct export_source *sources;
        size_t n;
        uint64_t bytes;
};

/* The terminal's name and the minute: "ward-03-20261201-0900". */
void export_name(int64_t now_s, char ret[EXPORT_NAME]);

/* Open the log from record `since` on. -ENODATA: the log ends before that record. */
int export_open(struct export *e, const struct logs *l, struct err *err);
void export_deinit(struct export *e);

/* Copy into a folder of another name, read everything back, then rename the folder: all of it or nothing. `files`:
 * contents by name, beside the log. -EEXIST, -ENOSPC, -EIO (what was read back is not what was written). */
int export_write(const struct export *e, const json_t *files, struct err *err);
