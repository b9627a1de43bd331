/* SPDX-License-Identifier: MIT */
/* pam_tree.h — a copy of what libpam and pam-auth-update read, in a folder of its own beneath /run: there it can be
 * tried out what would be written, and nothing on the terminal changes. */
#pragma once

#include "cli/setup/check_context.h"

struct pam_tree {
        char path[32]; /* of the copy; "": none */
        int services;  /* etc/pam.d in it, with the vendors' files where /etc has none */
};
#define PAM_TREE_NONE ((struct pam_tree){ .services = -1 })

/* Has the terminal a file of its own for this service, where libpam looks for one? */
bool pam_tree_has(const struct check_context *g, const char *service);

/* Copy the files of `g`. What cannot be read is told as a finding, unless g->findings is NULL, and is not in the copy;
 * links count as what they lead to beneath the root. -errno: pam_tree_remove all the same. */
int pam_tree_copy(struct check_context *g, struct pam_tree *ret, struct err *err);

/* Have pam-auth-update write into the copy what it would write here with our profile. It has a debconf of its own
 * there. */
int pam_tree_enable(const struct check_context *g, const struct pam_tree *t, struct err *err);

void pam_tree_remove(struct pam_tree *t);
