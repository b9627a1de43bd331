/* SPDX-License-Identifier: MIT */
/* media_device.h — the device that is meant, among those that are plugged in. */
#pragma once

#include "cli/factors/people.h"

/* By its request number or its port, as `sekimori devices` shows them; `alone`: no agent is asked. *ret is its element,
 * the caller's, and *ret_twins how many others there are with the same ids and serial number. Complains itself; an enum
 * exit_code. */
int media_device_find(const struct terminal *t, bool alone, const char *which, json_t **ret, size_t *ret_twins);
