/* SPDX-License-Identifier: MIT */
/* challenge.h — what a card signs, made alike by the agent that verifies and the helper that asks the card. The prefix
 * keeps a signature of ours from meaning anything anywhere else. */
#pragma once

#define CARD_CHALLENGE "Sekimori login challenge, version 1\n" /* without its NUL, then the 32 bytes of the nonce */

/* RSA and P-256: SHA-256 of it. P-384: SHA-384. */
