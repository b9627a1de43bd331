/* SPDX-License-Identifier: MIT */
/* network_staging.h — how the stage of the network changes: written down for sekimori-firewall, recorded, and taken
 * back where it cannot be recorded. */
#pragma once

#include "audit/audit.h"
#include "host/network_stage.h"

#include <sys/types.h>

/* On failure the old stage stays, and err says why (also where the file could not be written back). `who` is the uid
 * that asked. What was in force before is in *ret_before. */
int network_staging_change(int state_fd, struct audit *a, enum network_stage to, uid_t who,
                           enum network_stage *ret_before, struct err *err);
