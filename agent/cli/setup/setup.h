/* SPDX-License-Identifier: MIT */
/* setup.h — what the files of `sekimori setup` share: the request, and what is known of the terminal. */
#pragma once

#include "cli/factors/people.h"
#include "cli/setup/preflight.h"
#include "store/slot.h"
#include "store/stage.h"

#include <limits.h>

#define FORCED_MAX 8
#define SETUP_STATE "var/lib/sekimori" /* beneath the root */

struct setup {
        /* As typed. */
        const char *word;      /* check, observe, devices, login */
        const char *root_path; /* "" is / */
        bool undo, yes, no_wait, unless_confirmed, json;
        const char *forced[FORCED_MAX]; /* checks whose stop is overridden */
        size_t n_forced;

        int root; /* a descriptor of root_path */
        char runtime_dir[PATH_MAX];
        struct terminal t;
        struct accepted in_force; /* the policy that the agent enforces; .policy NULL: none, or unreadable */
        enum stage stage;
};

/* setup_look.c: ask the agent, if there is one, and settle the language. */
void setup_look(struct setup *s);
void setup_read_stage(struct setup *s);
struct check_context setup_ground(const struct setup *s); /* without findings, devices and people */

/* Run the checks and print what they found (all of it, or only what is not ok). EXIT_REFUSED where one says stop that
 * is not forced. */
int setup_check(const struct setup *s, enum preflight for_what, bool all);
bool setup_is_forced(const struct setup *s, const char *check);

/* setup_words.c: what is about to change, before anybody is asked. */
void setup_announce(const struct setup *s, enum stage to);
void setup_announce_disks(const struct setup *s);
void setup_say_stage(const struct setup *s); /* where this terminal stands, and what comes next */

/* setup_move.c: from the stage that the terminal is in to another, or nowhere. An enum exit_code, complained of. */
int setup_move(struct setup *s, enum stage to);
bool setup_is_behind(const struct setup *s); /* an upgrade brought sekimori-keeper, and nobody has turned it on */
void setup_refuse_disks(const struct setup *s);
void setup_disarm(const struct setup *s); /* the trial is over: nothing to check at boot any more */

/* setup_trial.c: until the trial has ended, one way or the other. */
int setup_wait(struct setup *s);
