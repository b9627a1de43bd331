/* SPDX-License-Identifier: MIT */
/* refused_words.h — what sekimori-firewall refused, or would have, in words: whither, by whom, how often, when last. */
#pragma once

#include "base/language.h"

#include <jansson.h>

/* Of its whole answer. */
void refused_say(const json_t *answer, enum language l);

/* ", last 2026-12-01 09:00": of one entry that has last_s. */
void refused_say_when(const json_t *entry, enum language l);
