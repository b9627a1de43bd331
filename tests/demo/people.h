/* SPDX-License-Identifier: MIT */
/* people.h — people that only this demonstration knows: an account, a token, a smart card in software, and PAM stacks
 * of their own. The system's accounts and stacks are not touched. */
#pragma once

#define PERSON "tanaka"
#define PASSWORD "correct horse"
#define TOKEN "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
#define PIN "2580"
#define CARD_MODULE "/usr/lib/softhsm/libsofthsm2.so"

/* In the scratch directory, before the agent starts. */
void people_begin(void);

/* The staff card, and its certificate in card.pem. */
void card_make(void);
