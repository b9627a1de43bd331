/* SPDX-License-Identifier: MIT */
/* card_warnings.h — which lists and authorities of `card:` would refuse every card, on the day the policy is issued. */
#pragma once

#include "decision/login_plane.h"

void card_warnings(const struct policy *p, bool english, login_warn *warn, void *ctx);
