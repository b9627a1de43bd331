/* SPDX-License-Identifier: MIT */
/* console.h — a notice as one line on the virtual console that is in front. Knows nothing of desktops. */
#pragma once

#include "wire/notice.h"

/* Shown if a person uses a text console, or nobody is logged in there. On a desktop its own notifier shows the notice.
 * What cannot be written at once (Ctrl-S) is lost: the notifier never waits for a screen. */
void console_show(const struct notice *n);
