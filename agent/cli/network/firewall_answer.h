/* SPDX-License-Identifier: MIT */
/* firewall_answer.h — what sekimori-firewall says of itself: the rules in force, and what they did. */
#pragma once

#include "base/err.h"

#include <jansson.h>

/* The caller frees *ret. -ENOENT, -ECONNREFUSED: it does not run; -EACCES: root is answered only; -EBADMSG. */
int firewall_answer(const char *runtime_dir, json_t **ret, struct err *err);
