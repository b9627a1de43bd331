/* SPDX-License-Identifier: MIT */
/* pskc_unlock.h — the encrypted secrets of a PSKC (RFC 6030 §6) made plain, in its tree. */
#pragma once

#include "seeds/xml.h"

/* True: nothing in it is encrypted any more. False: refused, or r->key_wanted says what is missing. A value is opened
 * only once its MAC has been checked. */
bool pskc_unlock(struct seeds_reading *r, xmlNode *root);
