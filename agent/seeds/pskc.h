/* SPDX-License-Identifier: MIT */
/* pskc.h — Portable Symmetric Key Containers (RFC 6030), read by libpskc once nothing in them is encrypted any more. */
#pragma once

#include "seeds/reading.h"

void pskc_prepare(void); /* while libraries may still load what they need */

bool pskc_is(const struct seeds_reading *r);
void pskc_read(struct seeds_reading *r);

/* A draft of before the RFC. Refused. */
bool pskc_is_draft(const struct seeds_reading *r);
void pskc_refuse_draft(struct seeds_reading *r);
