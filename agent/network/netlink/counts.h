/* SPDX-License-Identifier: MIT */
/* counts.h — reads what the kernel has counted in our table inet: the elements of a set, a counter. What they mean is
 * not known here. */
#pragma once

#include "network/netlink/rtnl.h"

#include <stddef.h>

#define COUNTS_KEY 28 /* bytes: an IPv6 address, protocol, port, user */

struct counted {
        uint8_t key[COUNTS_KEY]; /* each field in whole words, in network byte order but for what is the kernel's */
        size_t key_size;
        uint64_t packets, bytes;
        uint64_t left_ms; /* until it is forgotten, without another packet */
};

/* One element of an NFT_MSG_NEWSETELEM after the other. -EBADMSG. */
typedef void counts_take(void *ctx, const struct counted *c);
struct counts_reader {
        counts_take *take;
        void *ctx;
};
int counts_decode(void *reader, const struct nlmsghdr *h);

/* `fd`: rtnl_open_of(NETLINK_NETFILTER, NULL). An element may be told of twice. 0 or -errno; -ENOENT: there is no such
 * set. */
int counts_read(int fd, const char *set, counts_take *take, void *ctx);

/* All packets that a counter has seen, of the table of that family (NFPROTO_…). 0 or -errno. */
int counter_read(int fd, uint8_t family, const char *name, uint64_t *ret_packets);
