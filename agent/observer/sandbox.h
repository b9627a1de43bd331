/* SPDX-License-Identifier: MIT */
/* sandbox.h — how the observer gives up its privileges. Each step is final. */
#pragma once

/* Become user `sekimori` (or nobody) when root; no capability, no new privilege, no core, few descriptors, and death
 * with the parent. -errno: do not go on. */
int sandbox_drop(void);

/* Forbid every system call beyond reading files and talking over what is open already. Called last. */
int sandbox_lock(void);
