/* SPDX-License-Identifier: MIT */
/* memory.h — a process that people wait for stays in memory, however short of it the machine is. */
#pragma once

/* Called when the process comes to rest: gives freed heap back, reads in program text (its own and its libraries'), and
 * locks that and all that is in memory by then (stacks, state); what it gets or touches later is locked as it is used.
 * Locks nothing where RLIMIT_MEMLOCK is less than RLIMIT_AS: an allocation would fail one day. */
void memory_hold(void);
