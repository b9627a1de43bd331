/* SPDX-License-Identifier: MIT */
/* sandbox.h — how the card helper gives up what it could do. Each step is final. */
#pragma once

/* Before anything of anybody's is read: no root, no capability; then no program can be started and nothing reached
 * but files that anybody may read and sockets of this computer. -errno: do not go on. */
int sandbox_enter(void);

/* Once the module is loaded and has found its readers: no more code, and no more connections. */
int sandbox_close(void);
