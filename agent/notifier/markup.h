/* SPDX-License-Identifier: MIT */
/* markup.h — escapes text for a notification server that interprets a little HTML. Knows no server. */
#pragma once

#include <stddef.h>

/* & < > " ' become entities; what does not fit is cut between characters. `size` is at least 1. */
void markup_escape(const char *from, char *to, size_t size);
