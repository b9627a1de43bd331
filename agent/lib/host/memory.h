/* SPDX-License-Identifier: MIT */
/* memory.h — a process that people wait for stays in memory, however short of it the machine is. */
#pragma once

/* Called when the process comes to rest: gives freed heap back, then reads in all that the process has (program text,
 * stacks, state) and locks it; what it gets later is locked as it is used. Locks nothing where RLIMIT_MEMLOCK is not
 * infinite: any other limit would make an allocation fail one day. */
void memory_hold(void);
