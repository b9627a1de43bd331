/* SPDX-License-Identifier: MIT */
/* question.h — a person at the terminal is asked. What interrupts the question (Ctrl-C, a hangup) ends this program by
 * that signal, once the terminal is as it was and a line has said so: nothing is done before an answer. */
#pragma once

#include "base/language.h"

#include <stdbool.h>
#include <stddef.h>

/* What was typed in answer to `prompt`, without its newline; false at the end of the input. stdin is a terminal. */
bool ask_line(const char *prompt, char *to, size_t size);

/* The same, and what is typed does not show. False also where it is longer than `to`. */
bool ask_secret(const char *prompt, char *to, size_t size);

bool ask_yes(enum language l, const char *prompt);
