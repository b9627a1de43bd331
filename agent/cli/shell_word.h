/* SPDX-License-Identifier: MIT */
/* shell_word.h — a path or a name in a command that somebody is told to type. */
#pragma once

/* The text so that a POSIX shell reads it as one word: unchanged where that is safe, else in quotes. The caller frees
 * it; NULL without memory. */
char *shell_word(const char *text);
