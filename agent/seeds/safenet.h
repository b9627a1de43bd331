/* SPDX-License-Identifier: MIT */
/* safenet.h — what SafeNet (Aladdin) sends with eToken PASS: <Tokens>, a <Token> with its serial, <Seed> in
 * hexadecimal.
 */
#pragma once

#include "seeds/reading.h"

bool safenet_is(const struct seeds_reading *r);
void safenet_read(struct seeds_reading *r);
