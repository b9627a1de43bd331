/* SPDX-License-Identifier: MIT */
/* stage.h — how far this terminal has been brought into operation: one word and a newline in STATE/stage. Where none
 * can be read, everything is enforced. */
#pragma once

#include "base/err.h"

#include <stdbool.h>

enum stage {
        STAGE_LOGIN,   /* devices and logins are enforced; also if the file is missing or illegible */
        STAGE_TRIAL,   /* the same, until an administrator's login confirms it, or it is undone */
        STAGE_DEVICES, /* devices are enforced */
        STAGE_OBSERVE, /* everything is judged and recorded, nothing is enforced */
        STAGES,
};

const char *stage_name(enum stage s); /* "observe" */
bool stage_from_name(const char *name, enum stage *ret);
bool stage_enforces(enum stage s); /* is anything kept out at all? */

/* *ret is always set. -ENOENT: nobody ever chose one. -EBADMSG and the like: what is there is no stage. Either way
 * STAGE_LOGIN holds. */
int stage_read(int state_fd, enum stage *ret);

/* The stage of a state directory, for a process that only obeys it. A directory that cannot be opened counts as one
 * without a stage. */
enum stage stage_of(const char *state_dir);

/* Durable once it returns 0; otherwise the old word stands. */
int stage_write(int state_fd, enum stage s, struct err *err);
