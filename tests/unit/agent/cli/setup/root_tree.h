/* SPDX-License-Identifier: MIT */
/* root_tree.h — a made-up terminal's files beneath a folder of the test's own, and what the checks find there. */
#pragma once

#include "cli/setup/check_context.h"

extern struct check_context tree; /* root, language (English), findings */

void given_a_tree(void);
void drop_tree(void);

void given_file(const char *path, const char *text);
void given_link(const char *path, const char *target);

/* Run one check from a clean slate; its gravest verdict. */
enum finding looked(void (*look)(struct check_context *g));

/* What it said, all of it. */
const char *said(void);
