/* SPDX-License-Identifier: MIT */
/* quote.h — what a program said, line by line behind a margin, folded where the terminal is narrower. */
#pragma once

void quote(const char *text);
