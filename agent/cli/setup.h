/* SPDX-License-Identifier: MIT */
/* setup.h — what the files of `sekimori setup` share: the request, and what is known of the terminal. */
#pragma once

#include "cli/people.h"
#include "setup/preflight.h"
#include "store/slot.h"

#include <limits.h>

struct setup {
        /* As typed. */
        const char *word; /* check */
        const char *root_path;
        bool json;

        int root; /* a descriptor of root_path */
        char runtime_dir[PATH_MAX];
        struct terminal t;
        struct accepted in_force; /* the policy that the agent enforces; .policy NULL: none, or unreadable */
};

/* Ask the agent, if there is one, and settle the language. */
void setup_look(struct setup *s);

/* Run the checks and print what they found (all of it, or only what is not ok). EXIT_REFUSED where one says stop. */
int setup_check(const struct setup *s, enum preflight for_what, bool all);
