/* SPDX-License-Identifier: MIT */
/* console.h — reads one line typed at the console, with a timeout. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#define CONSOLE_SILENCE_S 90

void console_say(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Ask on standard output, read from standard input, a terminal; `hidden`: the input is not echoed. What was typed
 * before the question is thrown away. 0; -ETIMEDOUT: no input for CONSOLE_SILENCE_S; -EMSGSIZE: the line does not fit;
 * -EIO. On failure `to` is wiped. */
int console_ask(const char *question, bool hidden, char *to, size_t size);
