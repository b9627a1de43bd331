/* SPDX-License-Identifier: MIT */
/* sign.h — a PIN to a card, and the challenge signed by it. */
#pragma once

#include "card/token.h"

/* The PIN is tried at most once (twice for a key that asks for it at every use), never where it is locked, empty or of
 * a length that no PIN of the card has. Nobody is logged in afterwards. */
void sign_challenge(const struct tokens *t, const struct card_sign *s, struct card_signed *ret);
