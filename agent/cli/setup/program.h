/* SPDX-License-Identifier: MIT */
/* program.h — a program of the system, started by its path, without a shell, with an environment of our own. */
#pragma once

#include "base/err.h"

#include <stdbool.h>

/* `path` is absolute, and looked for beneath `root` ("" is /). argv is NULL-terminated and begins with argv[0]. Its
 * output is not shown: on failure the last line is in err. It has no input, and must end within `seconds`. 0, -ENOENT
 * (there is none), -ETIMEDOUT (killed), -EIO (it failed). */
int program_run(const char *root, const char *path, const char *const *argv, unsigned seconds, struct err *err);

/* The same with one more variable, "NAME=value", in its environment; NULL: none. */
int program_run_with(const char *root, const char *path, const char *const *argv, const char *variable,
                     unsigned seconds, struct err *err);
