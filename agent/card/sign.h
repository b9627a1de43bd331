/* SPDX-License-Identifier: MIT */
/* sign.h — verifies the PIN on a card, and has the card sign the challenge. */
#pragma once

#include "card/token.h"

/* A PIN that is wrong is tried once, and never if it is locked, empty or of a length that the card does not allow. One
 * that was right is shown again to a key that asks for it at every use, and where the key could not be used. The
 * session is logged out afterwards. */
void sign_challenge(const struct tokens *t, const struct card_sign *s, struct card_signed *ret);
