/* SPDX-License-Identifier: MIT */
/* sign.h — verifies the PIN on a card, and has the card sign the challenge. */
#pragma once

#include "card/token.h"

/* The PIN is tried at most once (twice for a key that asks for it at every use), and never if it is locked, empty or of
 * a length that the card does not allow. The session is logged out afterwards. */
void sign_challenge(const struct tokens *t, const struct card_sign *s, struct card_signed *ret);
