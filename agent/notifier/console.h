/* SPDX-License-Identifier: MIT */
/* console.h — a notice as one line on the virtual console that is in front. Knows nothing of desktops. */
#pragma once

#include "wire/notice.h"

/* Where somebody sits at a text console, or nobody is logged in there. A desktop's own notifier speaks for desktops.
 * What cannot be written at once (Ctrl-S) is lost: nobody waits for a screen. */
void console_show(const struct notice *n);
