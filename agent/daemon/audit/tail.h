/* SPDX-License-Identifier: MIT */
/* tail.h — the last whole record of a log file, found from its end. */
#pragma once

#include "audit/hash.h"

#include <stdbool.h>
#include <stdint.h>

#define TAIL_WINDOW (256 * 1024) /* how far back a record is looked for */

struct tail {
        uint64_t seq;
        uint64_t end; /* bytes of the file up to and with that record's newline */
        char digest[HASH_TEXT];
};

/* 1: found; 0: none within TAIL_WINDOW of the end, or none at all; -errno. */
int tail_find(int fd, uint64_t size, struct tail *ret);
