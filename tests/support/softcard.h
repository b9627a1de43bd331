/* SPDX-License-Identifier: MIT */
/* softcard.h — smart cards in software (SoftHSM), in the ceremony's directory, with keys that authority.h made. */
#pragma once

#include <stdbool.h>

#define SOFTCARD_MODULE "/usr/lib/softhsm/libsofthsm2.so"

/* A ceremony whose SoftHSM is its own: by SOFTHSM2_CONF, and for root, whose helper forgets the environment, by a mount
 * over /etc/softhsm that nobody else sees. False: cannot be (root without the right to mount). Ends with ceremony_end.
 */
bool softcards_begin(void);

/* A new card with this label and PIN. */
void softcard(const char *label, const char *pin);

/* NAME.key onto a card, and NAME.crt; `id` in hexadecimal. */
void softcard_key(const char *label, const char *pin, const char *id, const char *name);
void softcard_certificate(const char *label, const char *pin, const char *id, const char *name);

/* Let the helper's user have what is there now. After the last change, before the helper. */
void softcards_ready(void);
