/* SPDX-License-Identifier: MIT */
/* ask_person.h — asks sekimori-person who a name is and whether the password is theirs, as the agent does. */
#pragma once

#include "base/err.h"
#include "wire/person.h"

/* *ret_known: the name service knows the name, and *ret is that person. *ret_right: the password is theirs, too. An
 * unknown name takes as long. Negative: the helper could not be asked, or did not answer in time. */
int ask_person(const char *name, const char *password, struct person_found *ret, bool *ret_known, bool *ret_right,
               struct err *err);
