/* SPDX-License-Identifier: MIT */
/* staging.h — the stage in force, and how it changes: written down, recorded, and only then obeyed. */
#pragma once

#include "audit/audit.h"
#include "store/stage.h"

#include <sys/types.h>

struct staging {
        int state_fd; /* borrowed */
        enum stage now;
        int status; /* of stage_read: 0, -ENOENT where nobody chose, else illegible */
};

void staging_load(struct staging *s, int state_fd);

/* On failure the old stage stays in force, and err says why (also where the file could not be written back). `who` is
 * the uid that asked. */
int staging_change(struct staging *s, struct audit *a, enum stage to, uid_t who, struct err *err);

/* The trial becomes the login stage, because this administrator logged in. */
int staging_confirm(struct staging *s, struct audit *a, const char *user, struct err *err);
