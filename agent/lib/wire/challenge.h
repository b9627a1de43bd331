/* SPDX-License-Identifier: MIT */
/* challenge.h — what a card signs; built alike by the agent, which verifies, and by the helper, which asks the card.
 * Because of the prefix our signatures are valid for nothing else. */
#pragma once

#define CARD_CHALLENGE "Sekimori login challenge, version 1\n" /* without its NUL, then the 32 bytes of the nonce */

/* RSA and P-256: SHA-256 of it. P-384: SHA-384. */
