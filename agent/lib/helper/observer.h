/* SPDX-License-Identifier: MIT */
/* observer.h — the privileged end of the observer: starts the child and reads its sightings. Used by the agent and by
 * `sekimori devices`, which stop the child when it lies. Parses nothing that a device chose beyond sighting_decode().
 */
#pragma once

#include "host/child.h"
#include "wire/sighting.h"

#define OBSERVER_SCAN_ONLY "scan-only" /* its one argument: do not listen */

/* Start `sekimori-observer`; child_stop() ends it. As root it drops to user `sekimori` (nobody where that user does not
 * exist) before it parses anything. */
int observer_spawn(struct child *ret, struct err *err);

/* The same, but it listens to no announcement and only answers scans: for a tool that looks once. */
int observer_spawn_for_scan(struct child *ret, struct err *err);

/* Ask for everything present; the answer ends with SIGHTING_SCANNED carrying the same number. */
int observer_scan(const struct child *o, uint32_t scan);

/* One sighting. 1: *ret is set; 0: nothing to read now; -EPIPE: the child is gone; -EBADMSG: it sent garbage. */
int observer_read(const struct child *o, struct sighting *ret);
