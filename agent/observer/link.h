/* SPDX-License-Identifier: MIT */
/* link.h — the privileged end of the observer: starts the child, reads its sightings, kills it when it lies.
 * Used by the agent and by `sekimori devices`. Parses nothing that a device chose beyond sighting_decode(). */
#pragma once

#include "base/err.h"
#include "wire/sighting.h"

#include <sys/types.h>

#define OBSERVER_SCAN_ONLY "scan-only" /* its one argument: do not listen */

struct observer {
        int fd; /* SOCK_SEQPACKET to the child, non-blocking; -1: none */
        pid_t pid;
};

/* Start `sekimori-observer` from the folder of the running binary (/proc/self/exe), or, for a tool
 * in bin/, from ../lib/sekimori. As root it drops to user `sekimori`
 * (nobody where that user does not exist) before it parses anything. It dies with us (PDEATHSIG). */
int observer_spawn(struct observer *ret, struct err *err);

/* The same, but it listens to no announcement and only answers scans: for a tool that looks once. */
int observer_spawn_for_scan(struct observer *ret, struct err *err);

/* Ask for everything present; the answer ends with SIGHTING_SCANNED carrying the same number. */
int observer_scan(struct observer *o, uint32_t scan);

/* One sighting. 1: *ret is set; 0: nothing to read now; -EPIPE: the child is gone; -EBADMSG: it sent garbage. */
int observer_read(struct observer *o, struct sighting *ret);

/* Kill, reap, close. Safe on one that is gone already. */
void observer_stop(struct observer *o);
