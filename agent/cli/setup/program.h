/* SPDX-License-Identifier: MIT */
/* program.h — a program of the system, started by its path, without a shell, with an environment of our own. */
#pragma once

#include "base/err.h"

#include <stdbool.h>

/* `path` is absolute, and looked for beneath `root` ("" is /). argv is NULL-terminated and begins with argv[0]. What it
 * prints is kept back: its last line is in err when it fails. It has no input and `seconds` to end. 0, -ENOENT (there
 * is none), -ETIMEDOUT (killed), -EIO (it failed). */
int program_run(const char *root, const char *path, const char *const *argv, unsigned seconds, struct err *err);
