/* SPDX-License-Identifier: MIT */
/* password.h — is this password theirs? Asks PAM, whatever backend the service names. May take for ever. */
#pragma once

#include "wire/person.h"

/* Load the service's modules ahead of need. */
void password_prepare(const char *service);

/* An empty password is wrong before PAM is asked. Right is a PAM_SUCCESS for this very person and an account that is
 * open; ret->code is then PAM_SUCCESS, or PAM_NEW_AUTHTOK_REQD where the password has to be changed. */
void password_check(const char *user, const struct person_password *p, struct person_result *ret);
