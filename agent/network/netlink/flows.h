/* SPDX-License-Identifier: MIT */
/* flows.h — what connections carried, as conntrack counts it where it is told to (accounting.h): of those that are
 * there, and of those that ended. Which connection is whose is known by its mark, and not here. */
#pragma once

#include "network/netlink/rtnl.h"

struct flow_side {
        uint64_t packets, bytes; /* since they were read last */
};

struct flow {
        uint32_t mark;
        struct flow_side began, answered; /* from whoever began the connection, and back to him */
};

typedef void flows_take(void *ctx, const struct flow *f);
struct flows_reader {
        flows_take *take;
        void *ctx;
};
/* One message of conntrack. -EBADMSG. */
int flows_decode(void *reader, const struct nlmsghdr *h);

/* A socket that hears of each connection that ends; it need not be read at once: the kernel keeps what fits into 16
 * MiB. -errno: this kernel tells nobody. */
int flows_listen(void);

/* What has been heard since. 1: all; 0: not all, some was lost. */
int flows_ended(int fd, flows_take *take, void *ctx);

/* Each connection whose mark has these bits under `mask`, and count it from nothing again. `fd`:
 * rtnl_open_of(NETLINK_NETFILTER, NULL). 0 or -errno. */
int flows_read(int fd, uint32_t mark, uint32_t mask, flows_take *take, void *ctx);
