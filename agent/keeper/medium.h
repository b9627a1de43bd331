/* SPDX-License-Identifier: MIT */
/* medium.h — what is on a medium, by its own bytes: LUKS or not, and the UUIDs that it is known by. The bytes are
 * hostile: only for a process that has given up all privileges (media_probe.h). Knows no policy. */
#pragma once

#include "decision/facts.h"

#include <stddef.h>

#define SPANS_MAX 32 /* partitions; a medium with more is not looked through */

/* A partition as the kernel sees it, in bytes. A parser of our own might read a partition table differently from the
 * kernel, and it is the kernel's partitions that are opened. */
struct span {
        uint64_t start, size;
};

/* `size`: of the whole medium. MEDIUM_ENCRYPTED: the medium is one LUKS container, or each partition is LUKS or empty
 * and at least one is LUKS; nothing else is found on it, and nothing ambiguous. A container whose cipher is not known
 * (the null cipher) does not count. */
struct medium_facts medium_examine(int fd, uint64_t size, const struct span *spans, size_t n);
