/* SPDX-License-Identifier: MIT */
/* nss_lookup.h — who a name is, as the name service tells it. Knows no PAM. */
#pragma once

#include "wire/person.h"

/* False: nobody of that name, or a person who cannot be judged (in too many groups, with an unusable name, with a name
 * service that fails); all reasons but the first are logged on stderr. Groups without a name, or with one that no
 * policy can name, are left out. */
bool nss_lookup(const char *user, struct person_found *ret);
