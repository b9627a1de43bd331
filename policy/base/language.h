/* SPDX-License-Identifier: MIT */
/* language.h — the two languages that people read, side by side (docs/adr/0006). */
#pragma once

enum language { LANGUAGE_JA, LANGUAGE_EN, LANGUAGES };

/* Two literals side by side, so that the compiler checks both as formats. */
#define SAY(l, ja, en) ((l) == LANGUAGE_EN ? (en) : (ja))
