/* SPDX-License-Identifier: MIT */
/* desk.h — somebody sits at the terminal and reads what appears on the screen. */
#pragma once

#include <stdbool.h>

void desk_sits_down(void);
bool desk_reads(void); /* within two seconds */
const char *desk_text(void);
