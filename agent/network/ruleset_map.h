/* SPDX-License-Identifier: MIT */
/* ruleset_map.h — the maps of a ruleset: who is which peer. Knows no chains. */
#pragma once

#include "network/ruleset.h"

#include <stdio.h>

/* Writes the map of one question, if there is anything in it: address . protocol . port -> mark of a connection.
 * *ret_any says whether there is. */
int ruleset_map_write(const struct ruleset *r, int interface, enum network_direction direction, bool v6, FILE *to,
                      bool *ret_any, struct err *err);

/* o_3_4: out, interface 3, IPv4. */
#define MAP_NAME 16
void ruleset_map_name(int interface, enum network_direction direction, bool v6, char ret[MAP_NAME]);
