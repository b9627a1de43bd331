/* SPDX-License-Identifier: MIT */
/* profile.h — our PAM profile, on and off, so that there is never a stack with which nobody gets in: what was there is
 * kept, what comes out is worked out (door.h), and what is no good is taken back. */
#pragma once

#include "cli/setup/check_context.h"

/* Keep what is there, then have pam-auth-update enable the profile. 0: every door lets in whom the agent lets in, and
 * `login` nobody else. Otherwise the profile is off, whether it was on before or not, so that people get in; err says
 * why, also where even that failed. */
int profile_enable(const struct check_context *g, const char *root, struct err *err);

/* 0: no common stack asks for our module any more, and `login` lets people in. Where pam-auth-update does not
 * manage that, what was kept is put back. */
int profile_disable(const struct check_context *g, const char *root, struct err *err);
