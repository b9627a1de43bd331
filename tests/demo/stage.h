/* SPDX-License-Identifier: MIT */
/* stage.h — where the demonstration plays: a scratch directory, the real programs, and what they print. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/* Makes the scratch directory and goes there; `build` is where the programs are. Whatever ends the caller ends all that
 * it started, and removes the scratch directory. */
void stage_begin(const char *build);
_Noreturn void give_up(const char *what); /* says errno, exit code 3 */

/* Run `sekimori ARGUMENT...` and return its exit code; what it printed is kept until the next call. */
int sekimori(const char *argument, ...) __attribute__((sentinel));
/* The same for any program, with these lines typed at it. */
int type(const char *typed, const char *program, const char *argument, ...) __attribute__((sentinel));
const char *printed(void);

const char *stage_programs(void); /* where ours are */
const char *stage_place(void);    /* the scratch directory */

/* The agent, in the scratch directory's config, state and run folders; returns once it has judged what is present. */
void agent_start(void);
void agent_kill(void); /* SIGKILL: it has no say in it; nor have its helpers */

/* The whole of a small file, kept until the next call; replaced. */
char *content(const char *path);
void rewrite(const char *path, const char *text);

void scene(const char *ja, const char *en);

/* The demonstration is also a test: what is claimed is looked at, and a false claim ends it with exit code 1. */
void claim(bool holds, const char *ja, const char *en);
