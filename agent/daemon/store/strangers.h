/* SPDX-License-Identifier: MIT */
/* strangers.h — whose tally counts for names that nobody has: one of so many, chosen by a digest under a key of this
 * terminal. Nobody else can tell which names meet in one tally. */
#pragma once

#include "base/err.h"

#include <stdbool.h>
#include <stdint.h>

#define STRANGERS 1024   /* tallies: 8 MiB at most */
#define STRANGER_NAME 6  /* "~0042": no user's name has such a character (factors_name_is_fit) */
#define STRANGERS_KEY 32 /* bytes */

/* Read the key beneath the directory, or make one. Where none can be kept, this run has its own. 0 or -EIO. */
int strangers_key(int dirfd, uint8_t ret[STRANGERS_KEY]);

/* A number drawn from the name, always the same; and whose tally that is. */
uint64_t stranger_draw(const uint8_t key[STRANGERS_KEY], const char *name);
void stranger_name(uint64_t draw, char ret[STRANGER_NAME]);
bool stranger_is(const char *user);
