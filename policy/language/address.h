/* SPDX-License-Identifier: MIT */
/* address.h — addresses, ports and hardware addresses as a policy writes them. Numbers only: a name would mean whatever
 * somebody answers when the rule is loaded. */
#pragma once

#include "base/language.h"
#include "decision/network.h"

/* An address, a prefix (10.1.2.0/24) or two addresses (10.1.2.10-10.1.2.20). NULL where it is fine, else why not. */
const struct phrase *address_range_parse(const char *s, struct address_range *ret);

/* One address. */
const struct phrase *address_parse(const char *s, struct address_range *ret);

/* A port (443), or two (8000-8010). */
bool port_range_parse(const char *s, struct port_range *ret);

/* Six bytes in hexadecimal: 02:00:5e:10:00:01. Neither a group's address nor nobody's. */
bool mac_parse(const char *s, uint8_t ret[NETWORK_MAC]);
