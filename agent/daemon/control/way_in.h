/* SPDX-License-Identifier: MIT */
/* way_in.h — could somebody log in here under a policy, with what is enrolled on this terminal? That they know their
 * password is taken for granted. Asks no name service. */
#pragma once

#include "control/report.h"

/* FACTOR_BITs of what is enrolled for them and can be used: FACTOR_TOTP, FACTOR_CARD, FACTOR_RECOVERY. What cannot be
 * read counts as nothing. */
uint32_t way_in_enrolled(const struct subject *s, const char *user);

/* FACTOR_BITs of what they could show under `p`, where this is enrolled. */
uint32_t way_in_factors(const struct policy *p, uint32_t enrolled);

/* At one of the services at least through which people log in here. */
bool way_in_there(const struct policy *p, const struct person *who, uint32_t enrolled);
