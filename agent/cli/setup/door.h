/* SPDX-License-Identifier: MIT */
/* door.h — whether a PAM service enforces what Sekimori asks for: who would get in, and who would not. */
#pragma once

#include "cli/setup/pam_stack.h"

/* The services at which people log in that this terminal has, of those that we know: "login", "sshd" … NULL-terminated.
 */
#define DOORS_MAX 16
size_t doors_here(const struct check_context *g, const char *ret[DOORS_MAX]);

/* *ret: does anybody get in although our module refused? `as_if` as in pam_stack.h. -errno of pam_stack_load. */
int door_is_open(const struct check_context *g, const char *service, bool as_if, bool *ret);

/* *ret: does a person get in whom our module let in or, where our module is not enabled, who has the right password? */
int door_lets_in(const struct check_context *g, const char *service, bool *ret);

/* Is our module in the stack of common-auth or common-account? */
bool door_is_ours(const struct check_context *g);
