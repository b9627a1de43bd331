/* SPDX-License-Identifier: MIT */
/* begin.h — how a helper of the agent begins and fails: what the observer, the card and the person program share. */
#pragma once

#include <stdbool.h>

/* For main(), first of all: is the agent's socket on CHILD_FD? If not, says on stderr that nobody starts `program` by
 * hand; the exit code is then 2. Closes every descriptor above it. */
bool helper_begin(const char *program);

/* "program: doing: what errno -r means" on stderr, and exit code 3. By _exit: what exit() would run may not run in a
 * helper's sandbox, and the kernel cleans up faster and more reliably. */
_Noreturn void helper_fail(const char *program, const char *doing, int r);
