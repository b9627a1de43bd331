/* SPDX-License-Identifier: MIT */
/* report.h — what the network plane is asked for over FIREWALL_SOCKET: one JSON object, in a sealed memfd, so that
 * nobody has to be waited for. */
#pragma once

#include "network/firewall.h"

/* Listen in the runtime directory. Root alone is answered. */
int report_listen(struct firewall *f, struct err *err);
