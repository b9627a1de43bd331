/* SPDX-License-Identifier: MIT */
/* ask_person.h — who a name is, and whether the password is theirs: asked of sekimori-person, as the agent does. */
#pragma once

#include "base/err.h"
#include "wire/person.h"

/* *ret_known: the name service knows them, and *ret is who they are. *ret_right: and the password is theirs. Strangers
 * take as long. Negative: the helper could not be asked, or did not answer in time. */
int ask_person(const char *name, const char *password, struct person_found *ret, bool *ret_known, bool *ret_right,
               struct err *err);
