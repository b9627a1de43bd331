/* SPDX-License-Identifier: MIT */
/* setup.h — what the files of `sekimori setup` share: the request, and what is known of the terminal. */
#pragma once

#include "cli/factors/people.h"
#include "cli/setup/preflight.h"
#include "host/network_stage.h"
#include "store/slot.h"
#include "store/stage.h"

#include <limits.h>

#define FORCED_MAX 8
#define SETUP_STATE "var/lib/sekimori" /* beneath the root */

struct setup {
        /* As typed. */
        const char *word;      /* check, observe, devices, login, network */
        const char *root_path; /* "" is / */
        bool undo, yes, no_wait, unless_confirmed, json, to_observe, confirm;
        const char *forced[FORCED_MAX]; /* checks whose stop is overridden */
        size_t n_forced;

        int root; /* a descriptor of root_path */
        char runtime_dir[PATH_MAX];
        struct terminal t;
        struct accepted in_force; /* the policy that the agent enforces; .policy NULL: none, or unreadable */
        enum stage stage;
        enum network_stage network;
};

/* setup_look.c: ask the agent, if there is one, and settle the language. */
void setup_look(struct setup *s);
void setup_read_stage(struct setup *s);
struct check_context setup_ground(const struct setup *s); /* without findings, devices and people */

/* Run the checks and print what they found (all of it, or only what is not ok). EXIT_REFUSED where one says stop that
 * is not forced. */
int setup_check(const struct setup *s, unsigned for_what, bool all);
int setup_checked(const struct setup *s, unsigned for_what); /* what is not ok, and how to go on all the same */
bool setup_is_forced(const struct setup *s, const char *check);

int setup_agree(const struct setup *s); /* ask for consent: EXIT_OK where it is given */

/* setup_words.c: what is about to change, before anybody is asked. */
void setup_announce(const struct setup *s, enum stage to);
void setup_announce_disks(const struct setup *s);
void setup_say_stage(const struct setup *s); /* where this terminal stands, and what comes next */

/* setup_move.c: from the stage that the terminal is in to another, or nowhere. An enum exit_code, complained of. */
int setup_move(struct setup *s, enum stage to);
bool setup_is_behind(const struct setup *s); /* an upgrade brought sekimori-keeper, and nobody has turned it on */
void setup_refuse_disks(const struct setup *s);

/* Do one change to the end. A Ctrl-C or a lost connection (perhaps lost because of this change) must not leave it half
 * done, and two runs wait for each other: the timer of a trial runs this command, too. The stages are read anew
 * before. */
int setup_undisturbed(struct setup *s, int (*go)(struct setup *s, int to), int to);

/* Arm the rollback before it can be needed, ten minutes from now and at the next boot; and when the trial is over there
 * is nothing to check at the boot any more. */
#define SETUP_TRIAL "sekimori-trial" /* .service and .timer */
#define SETUP_NETWORK_TRIAL "sekimori-network-trial"
int setup_arm(const struct setup *s, const char *trial);
void setup_disarm(const struct setup *s, const char *trial);

/* cli/network/setup_network.c: `sekimori setup network`. */
int setup_network(struct setup *s);
void setup_say_network(const struct setup *s);

/* setup_trial.c: until the trial has ended, one way or the other. */
int setup_wait(struct setup *s);
