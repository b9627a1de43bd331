/* SPDX-License-Identifier: MIT */
/* stand_in.h — no module is ever loaded in this process: libpam's dlopen(3), dlsym(3) and fopen(3) are ours. Each
 * module is a stand-in that answers what explore.c tries next; files are those of one folder. */
#pragma once

#include "wire/stacks.h"

#include <security/pam_modules.h>

#define STAND_INS_MAX 64 /* modules of one service, by name */

/* Where libpam finds services, and what they include by an absolute path (stacks_name). */
extern const char *stand_in_folder;

/* Forget the modules of the service before. */
void stand_in_reset(void);

/* A module was named of which there is no stand-in, or that stands for an unread file: what comes out of the service is
 * not known. */
bool stand_in_is_lost(void);

/* Did libpam ask for this module since stand_in_reset()? */
bool stand_in_has(const char *module);

/* explore.c: what a module answers on the line that is being asked. */
int explore_answer(const char *module, int argc, const char **argv);
