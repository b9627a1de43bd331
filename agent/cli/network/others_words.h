/* SPDX-License-Identifier: MIT */
/* others_words.h — somebody else's tables that may stop what the policy allows, as notes. */
#pragma once

#include "base/language.h"

#include <jansson.h>

/* Of sekimori-firewall's whole answer. That it could not read them is a note, too. */
void others_say(const json_t *answer, enum language l);
