/* SPDX-License-Identifier: MIT */
/* observed.h — what the log says would have been refused while the terminal only observed. */
#pragma once

#include <jansson.h>
#include <stdint.h>

#define OBSERVED_MAX 50

struct observed {
        uint64_t times;  /* records */
        json_t *devices; /* "name vid:pid", each once, at most OBSERVED_MAX; the caller's */
};

/* -errno: the log cannot be read. */
int observed_count(const char *state_dir, struct observed *ret);
