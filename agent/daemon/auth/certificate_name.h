/* SPDX-License-Identifier: MIT */
/* certificate_name.h — whose name does a certificate carry? */
#pragma once

#include "decision/login.h"
#include "signature/crypto.h"

/* The name that the policy's map looks at is there once, and is this user's: byte for byte the whole of it, or, where
 * it is an address (upn, email) and the user's name has no '@', the part before the '@'. An address is of the policy's
 * domain, if it names one. */
bool certificate_names(X509 *certificate, enum card_map map, const char *domain, const char *user);
