/* SPDX-License-Identifier: MIT */
/* socket_owner.h — which program of this machine holds a socket. */
#pragma once

#include "base/quote.h"

#define SOCKET_OWNER QUOTE_MAX

/* The name (comm, made printable) of the first process below `proc` that has the socket of this inode open; "" where
 * none can be seen. */
void socket_owner(int proc, unsigned long inode, char ret[SOCKET_OWNER]);
