/* SPDX-License-Identifier: MIT */
/* scratch.h — a folder of its own for one test, in TMPDIR: tests/run removes that, whatever becomes of the test. */
#pragma once

#include <stdbool.h>

#define SCRATCH 64

/* A new folder sekimori-NAME-…; false where it cannot be made, or a path would not fit. */
bool scratch_make(char ret[SCRATCH], const char *name);
