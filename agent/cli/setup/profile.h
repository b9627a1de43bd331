/* SPDX-License-Identifier: MIT */
/* profile.h — enables and disables our PAM profile, so that there is never a stack with which nobody gets in: the files
 * before it are kept, the result is worked out (door.h), and a bad result is rolled back. */
#pragma once

#include "cli/setup/check_context.h"

/* Keep the present files, then have pam-auth-update enable the profile. 0: every login service lets in the people whom
 * the agent lets in, and `login` nobody else. Otherwise the profile is off, even if it was on before, so that people
 * get in; err says why, also where turning it off failed. Not `everywhere`: `login` alone must let people in. */
int profile_enable(const struct check_context *g, const char *root, bool everywhere, struct err *err);

/* 0: no common stack asks for our module any more, and `login` lets people in. Where pam-auth-update does not
 * manage that, what was kept is put back. */
int profile_disable(const struct check_context *g, const char *root, struct err *err);
