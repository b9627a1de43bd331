/* SPDX-License-Identifier: MIT */
/* health.h — what the agent needs of the terminal around it, and whether it is there: disk, reader, card service. */
#pragma once

#include "control/report.h"

#include <jansson.h>

/* {"disk": {"free_mib"}, "card": {"asked_for", "mapped", "reader", "readers", "service"}}: without a policy that names
 * a module cards are not asked for. Knows readers that the gate let in; those of another bus than USB are not among
 * them. */
json_t *health_object(const struct subject *s);
