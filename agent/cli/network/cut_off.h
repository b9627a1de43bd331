/* SPDX-License-Identifier: MIT */
/* cut_off.h — who is connected now, and could not be under a policy. */
#pragma once

#include "base/err.h"
#include "cli/network/socket_owner.h"
#include "cli/network/sources.h"
#include "decision/network.h"

struct cut_off {
        enum network_direction began; /* NETWORK_IN: the other side */
        enum protocol protocol;
        struct address_range other;
        uint16_t port;              /* of whoever was asked */
        char program[SOCKET_OWNER]; /* of this machine that holds it; "" where that is not known */
        bool is_login;              /* somebody has logged in over it (sshd) */
};

/* Of a login: what is wrong, and what to write. */
void cut_off_say_login(const struct cut_off *c, struct err *ret);

typedef void cut_off_told(void *ctx, const struct cut_off *c);

/* Tell each connection (TCP, and UDP that is connected) of sources->net that the terms do not let through; each kind
 * once. `proc` is /proc, for the programs; -1: unknown. As sockets_read(). */
int cut_off_look(const struct network_sources *from, int proc, const struct network_terms *terms, cut_off_told *tell,
                 void *ctx, struct err *err);
