/* SPDX-License-Identifier: MIT */
/* whatif.h — what a policy would say of the devices present here. Enforces nothing, asks no agent, needs no trust. */
#pragma once

#include "base/err.h"
#include "decision/policy.h"

#include <jansson.h>

/* An array of elements (control/element.h), hubs before what is plugged into them; the caller's. -errno with err. */
int whatif(const struct policy *p, json_t **ret, struct err *err);
