/* SPDX-License-Identifier: MIT */
/* language.h — which of the two languages this run of sekimori speaks: one rule for answers, questions, errors and
 * help.
 *
 * What --lang says; else what the locale says (LC_ALL, LC_MESSAGES, LANG), where that is Japanese or English; else that
 * of the policy that the verb has at hand; else English. Where the locale or the policy say Japanese and it cannot be
 * shown (a bare console has no kanji, docs/adr/0055; an encoding that is not UTF-8), it is English all the same. */
#pragma once

#include "base/language.h"

#include <stdbool.h>

/* Call once, before anything else. "ja", "en", or NULL where --lang was not given: then the locale and the terminal
 * decide. */
void language_choose(const char *typed);

/* The policy's language is "ja" or "en", or NULL: followed where nothing else decided. Returns language_now(). */
enum language language_follow(const char *policys);

enum language language_now(void);
const char *language_code(enum language l); /* "ja", "en" */

/* What a locale's name says: 1 Japanese, 0 nothing, -1 English, or Japanese that cannot be shown. */
int language_in_locale(const char *name);
