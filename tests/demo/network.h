/* SPDX-License-Identifier: MIT */
/* network.h — the scene with a wire: the terminal and a server in two network namespaces. */
#pragma once

/* Where this machine lets nobody but root have such namespaces, the scene says so. */
void with_whom_it_talks(void);
