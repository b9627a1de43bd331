/* SPDX-License-Identifier: MIT */
/* qr.h — a text as a QR code in a terminal: two modules to a letter, in half blocks. */
#pragma once

#include <stdbool.h>
#include <stdio.h>

/* Two modules of margin to each side. `colours`: set black and white explicitly, as a terminal's own background may be
 * of any colour. 0, -ENOSPC (wider than `columns`), or -ENOMEM. */
int qr_print(const char *text, int columns, bool colours, FILE *to);
