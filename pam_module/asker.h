/* SPDX-License-Identifier: MIT */
/* asker.h — who runs this login program, by the kernel's word of our own process. Knows no PAM. */
#pragma once

#include "wire/login.h"

/* Fills all but the user. What the kernel does not say is LOGIN_UNSET. */
void asker_look(struct login_asker *ret);
