/* SPDX-License-Identifier: MIT */
/* ip_protocol.h — names of what IP carries, for people and records. */
#pragma once

#include <stdint.h>

/* As /etc/protocols has it ("tcp"); NULL: one that has no name here. */
const char *ip_protocol_name(uint8_t number);
