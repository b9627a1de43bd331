/* SPDX-License-Identifier: MIT */
/* sockets.h — the sockets of this machine, as /proc/PID/net lists them: who talks with whom, and who waits to be asked.
 */
#pragma once

#include "base/cleanup.h"
#include "base/err.h"
#include "cli/network/sources.h"
#include "decision/network.h"

/* Of TCP and UDP. An IPv4 address in IPv6's form is given as IPv4. */
struct socket_seen {
        enum protocol protocol;
        bool listens;                    /* TCP that waits, or UDP that is connected to nobody */
        struct address_range own, other; /* one address each; `other` only where it does not listen */
        uint16_t own_port, other_port;
        unsigned long inode;
};

struct sockets_seen {
        struct socket_seen *all;
        size_t n;
};

/* What stays inside the machine is left out. -EFBIG, -EBADMSG, -ENOMEM. */
int sockets_read(const struct network_sources *from, struct sockets_seen *ret, struct err *err);
/* Did the other side begin? True of a TCP connection to a port on which this machine waits. */
bool socket_was_asked(const struct sockets_seen *s, const struct socket_seen *one);

void sockets_free(struct sockets_seen *s);
