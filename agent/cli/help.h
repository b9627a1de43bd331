/* SPDX-License-Identifier: MIT */
/* help.h — what `sekimori help` and --help print, from the tables. */
#pragma once

#include "cli/verbs.h"

#include <stdio.h>

/* All verbs, or those of a group. */
void help_list(FILE *to, const char *group);

/* One verb: its usage, what it does, its options. Where one of `words` has options of its own ("totp"), the options of
 * other words are left out. */
void help_verb(const struct verb_row *v, char *const *words);

/* Is it a word of the verb's own ("totp", "login"), so that help about it may be asked for? */
bool help_knows(const struct verb_row *v, const char *word);

/* The tables as JSON, for whoever makes completions and manual pages of them. */
int help_json(void);
