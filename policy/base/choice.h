/* SPDX-License-Identifier: MIT */
/* choice.h — what might stand where something else stands: the words of a table, as the end of a complaint. */
#pragma once

#include "base/err.h"

#include <stddef.h>

/* "（allow、deny のどれか）" behind what is said, and before that which of them was meant, where one is near. */
void choice_say(struct err *err, const char *typed, const char *const *words, size_t n);

/* "（「match」ではありませんか）", and all of them only where none is near. */
void choice_suggest(struct err *err, const char *typed, const char *const *words, size_t n);
