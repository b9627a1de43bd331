/* SPDX-License-Identifier: MIT */
/* language.h — the two languages that people read, side by side (docs/adr/0006). */
#pragma once

enum language { LANGUAGE_JA, LANGUAGE_EN, LANGUAGES };

/* One thing said in both. */
struct phrase {
        const char *ja, *en;
};

/* A phrase as an argument of both formats: each takes two, and shows its own. */
#define IN_JA "%s%.0s"
#define IN_EN "%.0s%s"
#define PHRASE(p) (p)->ja, (p)->en

/* Two literals side by side, so that the compiler checks both as formats. */
#define SAY(l, ja, en) ((l) == LANGUAGE_EN ? (en) : (ja))
