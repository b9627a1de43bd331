/* SPDX-License-Identifier: MIT */
/* shell_word.h — a path or a name in a command that somebody is told to type. */
#pragma once

/* As POSIX's shell reads it as one word again: as it is where that is plain, else between quotes. The caller frees it;
 * NULL without memory. */
char *shell_word(const char *text);
