/* SPDX-License-Identifier: MIT */
/* routers.h — Thunderbolt devices in the simulated computer (bed.h): sysfs as Documentation/admin-guide/thunderbolt.rst
 * and drivers/thunderbolt/switch.c have it. Nobody here has the hardware, and QEMU has none. */
#pragma once

#include "support/bed.h"

#define ROUTER_DOMAIN "pci0000:00/0000:00:0d.2/domain0"
#define ROUTER_HOST ROUTER_DOMAIN "/0-0"
#define ROUTER_DOCK ROUTER_HOST "/0-1"
#define ROUTER_ENCLOSURE ROUTER_DOCK "/0-301"
#define ROUTER_DOCK_ID "d4030000-0070-6d18-a36c-a18f2f4c9921"
#define ROUTER_ENCLOSURE_ID "00b1c2d3-0070-6d18-a36c-a18f2f4c0000"

/* The computer's own end of it. `can_take_back`: the kernel's own connection manager runs, not the firmware's. */
void a_thunderbolt_port(struct bed *bed, bool can_take_back);

/* Announces it: "authorized" as given; NULL: there is no such attribute. */
void connect_router(struct bed *bed, const char *path, const char *unique_id, const char *authorized);
void disconnect_router(struct bed *bed, const char *path);
