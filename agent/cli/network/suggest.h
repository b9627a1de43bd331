/* SPDX-License-Identifier: MIT */
/* suggest.h — `network:` as this machine uses the network now, for a person to read, correct and sign. */
#pragma once

#include "base/err.h"
#include "base/language.h"
#include "cli/network/sources.h"

#include <stdio.h>

/* Negative, with the reason, where nothing was written. */
int network_suggest(const struct network_sources *from, FILE *to, enum language l, struct err *err);
