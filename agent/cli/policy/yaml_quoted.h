/* SPDX-License-Identifier: MIT */
/* yaml_quoted.h — a value that people or devices chose, as a policy's text has it. */
#pragma once

#include <stdio.h>

/* A double-quoted scalar. Callers pass no control characters. */
void yaml_put_quoted(FILE *to, const char *text);
