/* SPDX-License-Identifier: MIT */
/* element.h — one device as the admin's tool shows it: the same members as in the audit log, `verdict`, and
 * `kinds_let_in`: of `kinds`, those of the interfaces that the verdict lets in. */
#pragma once

#include "decision/policy.h"
#include "wire/sighting.h"

#include <jansson.h>

/* A new object, the caller's; NULL when memory runs out. `p` may be NULL. */
json_t *element_new(const struct sighting *s, const struct verdict *v, const struct policy *p);
