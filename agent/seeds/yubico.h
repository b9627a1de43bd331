/* SPDX-License-Identifier: MIT */
/* yubico.h — what Yubico's personalization tool writes (CSV, two ways): nothing in it goes by the clock. */
#pragma once

#include "seeds/reading.h"

bool yubico_is(const struct seeds_reading *r);
void yubico_refuse(struct seeds_reading *r);
