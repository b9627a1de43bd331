/* SPDX-License-Identifier: MIT */
/* nfnl.h — what the messages of the kernel's netfilter subsystems have in common: a header of their own behind
 * netlink's, and numbers in the network's byte order. Kernel: include/uapi/linux/netfilter/nfnetlink.h. */
#pragma once

#include "network/netlink/rtnl.h"

#include <endian.h>
#include <linux/netfilter/nfnetlink.h>
#include <stdint.h>

#define NFNL_HEADER sizeof(struct nfgenmsg)
#define NFNL_TYPE(subsystem, message) ((subsystem) << 8 | (message))

/* Begin a request in `raw`, which has room for it. Attributes are put behind it by the caller. */
static inline struct nlmsghdr *nfnl_request(void *raw, uint16_t type, uint8_t family) {
        struct nlmsghdr *h = mnl_nlmsg_put_header(raw);
        struct nfgenmsg *m = mnl_nlmsg_put_extra_header(h, NFNL_HEADER);

        h->nlmsg_type = type;
        m->nfgen_family = family;
        return h;
}

/* The attributes within an attribute. False where they do not fill it exactly, or one was not taken. */
static inline bool nfnl_nested(const struct nlattr *a, rtnl_attribute *take, void *ctx) {
        return rtnl_attributes(mnl_attr_get_payload(a), mnl_attr_get_payload_len(a), take, ctx);
}

/* A number of this many bits. False where the attribute is of another size. */
static inline bool nfnl_u16(const struct nlattr *a, uint16_t *ret) {
        uint16_t big = 0;
        bool taken = rtnl_value(a, &big, sizeof big);

        *ret = be16toh(big);
        return taken;
}

static inline bool nfnl_u32(const struct nlattr *a, uint32_t *ret) {
        uint32_t big = 0;
        bool taken = rtnl_value(a, &big, sizeof big);

        *ret = be32toh(big);
        return taken;
}

static inline bool nfnl_u64(const struct nlattr *a, uint64_t *ret) {
        uint64_t big = 0;
        bool taken = rtnl_value(a, &big, sizeof big);

        *ret = be64toh(big);
        return taken;
}
