/* SPDX-License-Identifier: MIT */
/* stage.h — the request for another stage: {"stage": "devices"}. Answered with
 * {"before": "observe", "stage": "devices"}, and "note" where the kernel did not follow everywhere. Or for another
 * stage of the network: {"network": "trial"}, answered in the same way; sekimori-firewall follows it by itself. */
#pragma once

#include "control/people.h"

people_request stage_change;
