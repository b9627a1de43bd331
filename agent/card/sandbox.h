/* SPDX-License-Identifier: MIT */
/* sandbox.h — how the card helper gives up its privileges. Each step is final. */
#pragma once

/* Called before any data from outside is read: drops root and all capabilities. Afterwards no program can be started,
 * and only files that any user may read and sockets of this computer can be reached. -errno: do not go on. */
int sandbox_enter(void);

/* Called once the module is loaded and has found its readers: no more code can be loaded, no more connections
 * opened. */
int sandbox_close(void);
