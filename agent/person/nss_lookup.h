/* SPDX-License-Identifier: MIT */
/* nss_lookup.h — who a name is, as the name service tells it. Knows no PAM. */
#pragma once

#include "wire/person.h"

/* False: nobody of that name, or nobody that one could judge (in too many groups, with a name that is none, a name
 * service that fails); the reasons behind the first are said on stderr. Groups without a name, or with one that no
 * policy can name, are left out. */
bool nss_lookup(const char *user, struct person_found *ret);
