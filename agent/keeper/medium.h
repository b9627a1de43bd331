/* SPDX-License-Identifier: MIT */
/* medium.h — what is on a medium, by its own bytes: LUKS or not, and the UUIDs that it is known by. Hostile bytes: only
 * for a process that has given up everything else (media_probe.h). Knows no policy. */
#pragma once

#include "decision/facts.h"

#include <stddef.h>

#define SPANS_MAX 32 /* partitions; a medium with more is not looked through */

/* A partition as the kernel has it, in bytes. Whoever reads partition tables himself may read them otherwise than the
 * kernel, and it is the kernel's partitions that are opened. */
struct span {
        uint64_t start, size;
};

/* `size`: of the whole. MEDIUM_ENCRYPTED: it is one LUKS container, or each of its partitions is one, or empty, and at
 * least one is; nothing else is found on it, and nothing that could be taken for two things. */
struct medium_facts medium_examine(int fd, uint64_t size, const struct span *spans, size_t n);
