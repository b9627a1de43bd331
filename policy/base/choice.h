/* SPDX-License-Identifier: MIT */
/* choice.h — adds the words that a place allows to the end of an error message. */
#pragma once

#include "base/err.h"

#include <stddef.h>

/* Append "（allow、deny のどれか）" and, before that, the word that was probably meant, where one is near. */
void choice_say(struct err *err, const char *typed, const char *const *words, size_t n);

/* Append "（「match」ではありませんか）"; where no word is near, all of them. */
void choice_suggest(struct err *err, const char *typed, const char *const *words, size_t n);
