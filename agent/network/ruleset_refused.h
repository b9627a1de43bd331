/* SPDX-License-Identifier: MIT */
/* ruleset_refused.h — where a packet ends that may not pass: counted by what it is, in sets of the kernel that have a
 * bound; then the owner is woken, and it is dropped. Names are those of table inet. */
#pragma once

#include "network/ruleset.h"
#include "wire/network_event.h"

#include <stdio.h>

#define REFUSED_NAME 24                  /* bytes */
#define REFUSED_KINDS_MAX 1024           /* of all sets */
#define REFUSED_TIMEOUT_S (24 * 60 * 60) /* without another packet of its kind */
#define REFUSED_UID_UNKNOWN 0xffffffffU  /* no socket: the kernel's own, or somebody else's packet */

/* All of a way, also what has no room in its set. */
extern const char *const refused_counters[REFUSED_WAYS];

/* The set of a way: address . protocol . port . user, each in whole words. */
void refused_set_name(unsigned way, bool v6, char ret[REFUSED_NAME]);

/* Where connections are counted when they are let in, by their mark. */
#define USED_SET "used"
#define USED_TIMEOUT_S (30 * 24 * 60 * 60)

/* The sets, counters and chains of refusals. `end`: the statement that ends them. */
void ruleset_refused_write(const char *end, FILE *to);

/* The line that wakes the owner, for a chain of any family. */
void ruleset_bell_write(const char *prefix, FILE *to);
