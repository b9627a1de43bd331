/* SPDX-License-Identifier: MIT */
/* door.h — whether a service asks for what Sekimori asks for: who would get in, and who would not. */
#pragma once

#include "cli/setup/pam_stack.h"

/* The services at which people log in that this terminal has, of those that we know: "login", "sshd" … NULL-terminated.
 */
#define DOORS_MAX 16
size_t doors_here(const struct check_context *g, const char *ret[DOORS_MAX]);

/* Somebody gets in although our module refused. `as_if` as in pam_stack.h. -errno of pam_stack_load. */
int door_is_open(const struct check_context *g, const char *service, bool as_if, bool *ret);

/* Somebody whom our module let in gets in; without our module (as_if false, not enabled): with the right password. */
int door_lets_in(const struct check_context *g, const char *service, bool *ret);

/* Our module stands in what common-auth or common-account comes to. */
bool door_is_ours(const struct check_context *g);
