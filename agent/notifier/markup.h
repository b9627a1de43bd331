/* SPDX-License-Identifier: MIT */
/* markup.h — text as a notification server wants it that reads a little HTML. Knows no server. */
#pragma once

#include <stddef.h>

/* & < > " ' become entities; what does not fit is cut between characters. `size` is at least 1. */
void markup_escape(const char *from, char *to, size_t size);
