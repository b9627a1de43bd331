/* SPDX-License-Identifier: MIT */
/* question.h — asks a person at the terminal. A signal during the question (Ctrl-C, a hangup) ends this program, once
 * the terminal is restored and a message is printed: nothing is done without an answer. */
#pragma once

#include "base/language.h"

#include <stdbool.h>
#include <stddef.h>

/* What was typed in answer to `prompt`, without its newline; false at the end of the input. stdin is a terminal. */
bool ask_line(const char *prompt, char *to, size_t size);

/* The same, and what is typed does not show. False also where it is longer than `to`. */
bool ask_secret(const char *prompt, char *to, size_t size);

bool ask_yes(enum language l, const char *prompt);
