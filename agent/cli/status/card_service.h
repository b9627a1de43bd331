/* SPDX-License-Identifier: MIT */
/* card_service.h — pcscd as it answers the user as whom the card helper runs, whom polkit may refuse. */
#pragma once

#include "wire/card.h"

#include <stdbool.h>

/* Is a reader that is let in unknown to pcscd, by these numbers? A reader has one name there for each of its slots, and
 * pcscd knows readers of other buses, too: more than there are is nothing to say. */
bool card_service_lacks_one(unsigned let_in, unsigned known);

/* What pcscd says. Of fewer readers than `let_in` only after it was asked twice: it may only now have begun to look for
 * them. False: the helper did not answer within that time. */
bool card_service_hears(int patience_ms, unsigned let_in, struct card_heard *ret);
